"""Complaints and enquiries: received by an insurer or a broker, replied to, answered finally."""
