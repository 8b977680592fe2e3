"""Networks that nothing is ever sent into: this one, its neighbours, and ways round to them."""

import ipaddress
from collections.abc import Mapping
from typing import Final

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_V4: Final[Mapping[ipaddress.IPv4Network, str]] = {
    ipaddress.IPv4Network(network): meaning
    for network, meaning in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network, and Alibaba Cloud's metadata"),
        ("127.0.0.0/8", "this machine"),
        ("168.63.129.16/32", "Azure's metadata"),
        ("169.254.0.0/16", "link-local, and cloud metadata"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "protocol assignments, and Oracle Cloud's metadata"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved, and broadcast"),
    )
}

_GLOBAL_V6: Final = ipaddress.IPv6Network("2000::/3")
"""All else is not routed, or carries an IPv4 address within: ::ffff:0:0/96, ::/96, 64:ff9b::/96 and 64:ff9b:1::/48,
fc00::/7, fe80::/10, fec0::/10, ff00::/8, and the metadata at fd00:ec2::254."""

_V6: Final[Mapping[ipaddress.IPv6Network, str]] = {
    ipaddress.IPv6Network(network): meaning
    for network, meaning in (
        ("2001::/23", "protocol assignments, among them Teredo, ORCHID and benchmarking"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
}


def refusal_of(ip: IpAddress) -> str | None:
    """Say what forbids sending to this address, or None if it is a public one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return next((meaning for network, meaning in _V4.items() if ip in network), None)
    if ip not in _GLOBAL_V6:
        return "not a public network"
    return next((meaning for network, meaning in _V6.items() if ip in network), None)


def is_this_machine(ip: IpAddress) -> bool:
    """Whether it is loopback, spelled plainly; an IPv4 loopback within an IPv6 address is not."""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return False
    return ip.is_loopback
