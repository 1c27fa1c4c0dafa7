//! IP addresses and networks, as Go's `net/netip` reads them; no zones, and no IPv4 within IPv6.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::evaluate::{Budget, Fault, no_overload};
use super::functions::{one, text};
use super::value::Val;

type Done<'a> = Result<Val<'a>, Fault>;

fn parse(raw: &str) -> Result<IpAddr, String> {
    if raw.contains('%')
        && raw
            .split('%')
            .next()
            .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
    {
        return Err(format!("IP address {raw:?} with zone value is not allowed"));
    }
    match raw.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() => {
            Err(format!("IPv4-mapped IPv6 address {raw:?} is not allowed"))
        }
        Ok(address) => Ok(address),
        Err(_) => Err(format!(
            "IP Address {raw:?} parse error during conversion from string: ParseAddr({raw:?}): unable to parse IP"
        )),
    }
}

fn parse_network(raw: &str) -> Result<(IpAddr, u8), String> {
    let wrong = |what: &str| {
        format!(
            "network address parse error during conversion from string: netip.ParsePrefix({raw:?}): {what}"
        )
    };
    let (address, bits) = raw.rsplit_once('/').ok_or_else(|| wrong("no '/'"))?;
    let address: IpAddr = address
        .parse()
        .map_err(|_| wrong(&format!("ParseAddr({address:?}): unable to parse IP")))?;
    if let IpAddr::V6(mapped) = address
        && mapped.to_ipv4_mapped().is_some()
    {
        return Err(format!("IPv4-mapped IPv6 address {raw:?} is not allowed"));
    }
    let most = if address.is_ipv4() { 32 } else { 128 };
    let plain = bits == "0" || (!bits.is_empty() && !bits.starts_with(['0', '+']));
    let number: u8 = bits
        .parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| wrong(&format!("bad bits after slash: {bits:?}")))?;
    if number > most {
        return Err(wrong("prefix length out of range"));
    }
    Ok((address, number))
}

fn masked_to(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(bits))
                .unwrap_or_default();
            IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(bits))
                .unwrap_or_default();
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
        }
    }
}

/// `ip(x)`.
pub(super) fn ip<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Ip(parse(text(values, 0)?)?))
}

/// `isIP(x)`.
pub(super) fn is_ip<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Bool(parse(text(values, 0)?).is_ok()))
}

/// `ip.isCanonical(x)`.
pub(super) fn is_canonical<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let raw = text(values, 0)?;
    Ok(Val::Bool(parse(raw)?.to_string() == **raw))
}

fn address(values: &[Val<'_>]) -> Result<IpAddr, Fault> {
    match one(values)? {
        Val::Ip(address) => Ok(*address),
        _ => no_overload(),
    }
}

/// `ip(x).family()`.
pub(super) fn family<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Int(if address(values)?.is_ipv4() { 4 } else { 6 }))
}

/// Whether an address is of some sort.
pub(super) fn is<'a>(values: &[Val<'a>], sort: fn(&IpAddr) -> bool) -> Done<'a> {
    Ok(Val::Bool(sort(&address(values)?)))
}

pub(super) fn is_link_local_unicast(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    }
}

pub(super) fn is_link_local_multicast(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets()[..3] == [224, 0, 0],
        IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
    }
}

pub(super) fn is_global_unicast(address: &IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(broadcast
        || address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || is_link_local_unicast(address))
}

/// `cidr(x)`.
pub(super) fn cidr<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let (address, bits) = parse_network(text(values, 0)?)?;
    Ok(Val::Cidr(address, bits))
}

/// `isCIDR(x)`.
pub(super) fn is_cidr<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Bool(parse_network(text(values, 0)?).is_ok()))
}

fn network(value: Option<&Val<'_>>) -> Result<(IpAddr, u8), Fault> {
    match value {
        Some(Val::Cidr(address, bits)) => Ok((*address, *bits)),
        Some(Val::Text(text)) => Ok(parse_network(text)?),
        _ => no_overload(),
    }
}

fn holds((network, bits): (IpAddr, u8), address: IpAddr) -> bool {
    network.is_ipv4() == address.is_ipv4() && masked_to(network, bits) == masked_to(address, bits)
}

/// `cidr(x).containsIP(y)`.
pub(super) fn contains_ip<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let own = network(values.first())?;
    let address = match values.get(1) {
        Some(Val::Ip(address)) => *address,
        _ => parse(text(values, 1)?)?,
    };
    Ok(Val::Bool(holds(own, address)))
}

/// `cidr(x).containsCIDR(y)`.
pub(super) fn contains_cidr<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let (own, other) = (network(values.first())?, network(values.get(1))?);
    Ok(Val::Bool(own.1 <= other.1 && holds(own, other.0)))
}

/// `cidr(x).ip()`.
pub(super) fn ip_of<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Ip(network(values.first())?.0))
}

/// `cidr(x).masked()`.
pub(super) fn masked<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let (address, bits) = network(values.first())?;
    Ok(Val::Cidr(masked_to(address, bits), bits))
}

/// `cidr(x).prefixLength()`.
pub(super) fn prefix_length<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Int(i64::from(network(values.first())?.1)))
}
