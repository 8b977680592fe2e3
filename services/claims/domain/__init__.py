"""The rules of the business, pure: claims, policy ledgers, money, working days, clocks. Standard library only."""
