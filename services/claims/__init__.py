"""Claims service: event-sourced claims, advances, payments and the clocks that the regulation sets on them."""
