//! Blocks of network addresses, and lists of who may enter from where.
//!
//! An IPv4 address that arrives in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address, in lists
//! and in questions alike, so that no rule can be walked around by changing the family.

use crate::error::Error;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A block of addresses in CIDR notation; the bits beyond its prefix are always zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressBlock(IpNet);

/// Prefix length of IPv4-mapped IPv6 addresses.
const MAPPED: u8 = 96;

impl AddressBlock {
    /// Whether the address lies in the block.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether every address of the other block lies in this one.
    pub fn includes(self, other: Self) -> bool {
        self.prefix() <= other.prefix() && self.contains(other.0.addr())
    }

    /// Length of the prefix in bits.
    pub fn prefix(self) -> u8 {
        self.0.prefix_len()
    }
}

impl FromStr for AddressBlock {
    type Err = Error;

    /// Reads `203.0.113.0/24`, `2001:db8::/32` or one address. Bits beyond the prefix are cleared:
    /// `192.168.1.1/20` is `192.168.0.0/20`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
        let net = text.parse::<IpNet>().ok().or_else(single).ok_or_else(|| {
            Error::invalid(
                "must be an address or a block in CIDR notation, such as 203.0.113.0/24 or \
                 2001:db8::/32",
            )
            .in_field("cidr")
        })?;
        Ok(Self(canonical(net).trunc()))
    }
}

/// The IPv4 block that an IPv4-mapped IPv6 block means.
fn canonical(net: IpNet) -> IpNet {
    let IpNet::V6(six) = net else {
        return net;
    };
    let (Some(four), true) = (six.addr().to_ipv4_mapped(), six.prefix_len() >= MAPPED) else {
        return IpNet::V6(Ipv6Net::new_assert(six.addr(), six.prefix_len()));
    };
    IpNet::V4(Ipv4Net::new_assert(four, six.prefix_len() - MAPPED))
}

impl fmt::Display for AddressBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who may enter, by address. An empty list lets everybody in; once one block is listed, only the
/// listed blocks may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressList(Box<[AddressBlock]>);

impl AddressList {
    /// A list of these blocks, sorted and without repetitions.
    pub fn new(blocks: impl IntoIterator<Item = AddressBlock>) -> Self {
        let mut blocks: Vec<_> = blocks.into_iter().collect();
        blocks.sort_unstable();
        blocks.dedup();
        Self(blocks.into())
    }

    /// Whether somebody at this address may enter.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|block| block.contains(address))
    }

    /// The blocks, in order.
    pub fn blocks(&self) -> &[AddressBlock] {
        &self.0
    }

    /// Whether the list is empty and lets everybody in.
    pub fn is_open(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> AddressBlock {
        text.parse().unwrap()
    }

    #[test]
    fn blocks_are_normalised() {
        for (text, written) in [
            ("192.168.1.1/20", "192.168.0.0/20"),
            ("203.0.113.7", "203.0.113.7/32"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(block(text).to_string(), written);
        }
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "a/8", "10.0.0.0/-1", "10.0.0.0/8 ", "1.2.3.4/"]
        {
            assert!(bad.parse::<AddressBlock>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_block_includes_narrower_ones_of_its_family() {
        for (outer, inner, holds) in [
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.0.0.0/8", "10.0.0.0/8", true),
            ("10.1.0.0/16", "10.0.0.0/8", false),
            ("10.0.0.0/8", "11.0.0.0/16", false),
            ("::/0", "10.0.0.0/8", false),
            ("0.0.0.0/0", "2001:db8::/32", false),
            ("2001:db8::/32", "2001:db8:1::/48", true),
        ] {
            assert_eq!(block(outer).includes(block(inner)), holds, "{inner} in {outer}");
        }
    }

    #[test]
    fn a_list_admits_its_blocks_in_both_spellings_of_an_address() {
        let list = AddressList::new([block("10.0.0.0/8"), block("2001:db8::/32")]);
        let admits = |text: &str| list.admits(text.parse().unwrap());
        assert!(admits("10.255.0.1") && admits("::ffff:10.0.0.1") && admits("2001:db8::9"));
        assert!(!admits("11.0.0.1") && !admits("::ffff:11.0.0.1") && !admits("2001:db9::9"));
        assert!(!admits("::a00:1"));
        assert!(AddressList::default().admits("198.51.100.1".parse().unwrap()));
        let four = AddressList::new([block("0.0.0.0/0")]);
        assert!(!four.admits("2001:db8::9".parse().unwrap()));
    }
}
