"""Notifications service: takes alerts, finds who is to hear them, delivers until someone has."""
