"""The parties that owe periodic reports: insurers and brokers, registered with the regions they are active in."""
