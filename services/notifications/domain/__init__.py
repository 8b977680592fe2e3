"""What alerts, recipients and deliveries are, and the rules about them; standard library only."""
