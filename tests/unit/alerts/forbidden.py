"""Addresses that nothing must ever be sent to."""

from typing import Final

IPS: Final = (
    # This machine and this network.
    "127.0.0.1", "127.0.0.53", "127.255.255.254", "::1", "0.0.0.0", "0.1.2.3", "::",  # noqa: S104
    # Private networks.
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
    "fc00::1", "fd12:3456:789a::1", "fdff::1", "fec0::1",
    # A provider's inner network; link-local.
    "100.64.0.1", "100.127.255.255", "169.254.0.1", "169.254.255.255", "fe80::1", "fe80::1%1", "febf::1",
    # Metadata: AWS and others, Alibaba, AWS over IPv6, Oracle, Azure, Google over IPv6 within a mapped address.
    "169.254.169.254", "100.100.100.200", "fd00:ec2::254", "192.0.0.192", "168.63.129.16", "::ffff:169.254.169.254",
    # IPv4 within IPv6: mapped, compatible, translated, NAT64, local NAT64, 6to4, Teredo, ISATAP.
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1", "64:ff9b:1:ffff::a00:1",
    "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001::1",
    "fe80::5efe:10.0.0.1",
    # Multicast, broadcast, reserved, relays.
    "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "254.1.2.3", "192.88.99.1",
    "ff02::1", "ff0e::1", "ff05::2",
    # Documentation, benchmarking, protocol assignments, discard.
    "192.0.2.1", "198.51.100.1", "203.0.113.255", "198.18.0.1", "198.19.255.255", "192.0.0.8", "2001:db8::1",
    "3fff::1", "2001:2::1", "2001:10::1", "2001:20::1", "100::1", "5f00::1",
)  # fmt: skip

SPELLINGS: Final = (
    "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
    "https://127.1/", "https://127.0.1/", "https://0/", "https://10.1/", "https://0xa9fea9fe/", "https://2852039166/",
    "https://0251.0376.0251.0376/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/", "https://127.0.0.1./", "https://0xffffffff/", "https://192.168.257/",
)  # fmt: skip
"""One of the above in the forms that a resolver or a library may read, but a list of prefixes does not."""
