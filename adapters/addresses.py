"""Which network addresses may be connected to: public unicast only, unless an admin allowed more.

Asked at connect time about the real address, so that neither redirects, DNS answers nor odd spellings of an address
get past it. ``ipaddress.is_global`` alone is not enough: it calls NAT64, 6to4, multicast and site-local global.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052; carries an IPv4 address in its last 32 bits
_COMPATIBLE = ip_network("::/96")  # RFC 4291 2.5.5.1, deprecated
_MORE_REFUSED: tuple[tuple[Network, str], ...] = (
    (ip_network("100.64.0.0/10"), "carrier-grade NAT"),
    (ip_network("192.0.0.0/24"), "protocol assignments"),
    (ip_network("192.88.99.0/24"), "6to4 relay"),
    (ip_network("64:ff9b:1::/48"), "local NAT64"),
    (ip_network("2001::/23"), "protocol assignments"),
    (ip_network("5f00::/16"), "segment routing"),
    (ip_network("fec0::/10"), "site-local"),
)


class AddressPolicy:
    """``allowed`` holds host names, addresses and networks (``feeds.internal``, ``10.1.2.3``, ``10.1.0.0/16``)."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks: list[Network] = []
        for entry in allowed:
            try:
                self._networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(entry.lower().rstrip("."))

    def allows_host(self, host: str) -> bool:
        """Tell whether the admin named this host, whatever it resolves to."""
        return host.lower().rstrip(".") in self._hosts

    def refusal(self, address: str) -> str | None:
        """Say what kind of address it is that may not be connected to, or None when it may."""
        ip = _read(address)
        if ip is None:
            return "unreadable"
        if any(ip.version == network.version and ip in network for network in self._networks):
            return None
        return _kind(ip)


def _read(address: str) -> Address | None:
    try:
        return unwrap(ip_address(address.partition("%")[0]))
    except ValueError:
        return None


def unwrap(ip: Address) -> Address:
    """Return the IPv4 address inside a mapped, 6to4, Teredo, NAT64 or compatible IPv6 address, else ``ip``."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _kind(ip: Address) -> str | None:
    for matches, kind in (
        (ip.is_loopback, "loopback"),
        (ip.is_unspecified, "unspecified"),
        (ip.is_multicast, "multicast"),
        (ip.is_link_local, "link-local"),
        (isinstance(ip, IPv6Address) and ip.is_site_local, "site-local"),
    ):
        if matches:
            return kind
    for network, kind in _MORE_REFUSED:
        if ip.version == network.version and ip in network:
            return kind
    if ip.is_reserved:
        return "reserved"
    return None if ip.is_global else "private"
