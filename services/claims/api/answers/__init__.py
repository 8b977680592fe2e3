"""The shapes of answers: what rendering returns, and what the OpenAPI document says of it."""
