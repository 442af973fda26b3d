//! Answers of engines that are cut down to what a caller may see.
//!
//! The first byte says of which listing.

use milvus::answer::pick;
use milvus::rpc::Listing;

const LISTINGS: [Listing; 4] =
    [Listing::Collections, Listing::Databases, Listing::Aliases, Listing::Alias];

/// What is left is framed right, holds nothing that was not admitted, and is left alone when it is
/// cut down again.
pub(crate) fn run(data: &[u8]) {
    let [listing, body @ ..] = data else {
        return;
    };
    let listing = LISTINGS[usize::from(*listing) % LISTINGS.len()];
    let admits = |name: &[u8]| name.first().is_none_or(|byte| byte % 2 == 0);
    let mut framed = vec![0];
    framed.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    framed.extend(body);
    let Ok(Some(once)) = pick(listing, &framed, admits) else {
        return;
    };
    let length = u32::from_be_bytes([once[1], once[2], once[3], once[4]]);
    assert_eq!(length as usize, once.len() - 5);
    let refused = |_: &[u8]| -> bool { panic!("a name came through that was not admitted") };
    let again = pick(listing, &once, |name| admits(name) || refused(name));
    assert_eq!(again.ok().flatten(), Some(once));
}
