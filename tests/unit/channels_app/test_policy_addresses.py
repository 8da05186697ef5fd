from ipaddress import ip_address

import pytest

from channels_app.policy.addresses import is_private_host, is_public


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.1.1", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1"),
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
        *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "2001:0:4136:e378::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"),
    ],
)
def test_what_is_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert is_private_host(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "47.95.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::808:808"],
)
def test_what_is_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert not is_private_host(address)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "db.internal", "printer.local.", "[::1]", "fe80::1%eth0"])
def test_a_name_that_says_it_is_local_is_private(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "internal.cn"])
def test_any_other_name_is_judged_when_it_is_called(host: str) -> None:
    assert not is_private_host(host)
