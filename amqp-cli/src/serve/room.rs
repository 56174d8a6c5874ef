//! How many visitors there is room for: each takes an open file, and the system allows so many.

/// Room for this many is asked for; more is of no use.
const MOST_OF_A_KIND: usize = 4096;
/// What the program has open besides its visitors, and what it was started with.
const LEAST_BESIDES: usize = 32;

/// How many visitors can be there at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// In their handshake.
    pub(crate) handshakes: usize,
    /// Being taken leave of.
    pub(crate) farewells: usize,
}

impl Room {
    /// As much as the system allows, and no more than is of use.
    pub(crate) fn find() -> Self {
        Self::within(open_files(10_240))
    }

    /// An eighth of the open files is left for all else. The rest is shared by halves, so that
    /// neither kind of visitor can crowd out the other.
    fn within(open_files: usize) -> Self {
        let besides = LEAST_BESIDES.max(open_files / 8);
        // Of each kind there is one more for a moment: one that gives way to the next.
        let half = (open_files.saturating_sub(besides) / 2).saturating_sub(1);
        let of_a_kind = half.clamp(1, MOST_OF_A_KIND);
        Self { handshakes: of_a_kind, farewells: of_a_kind }
    }
}

/// How many files this process can have open, after asking for so many.
#[cfg(unix)]
fn open_files(wanted: u64) -> usize {
    // What POSIX promises to every process is less; this is what systems give that give little.
    const IF_UNKNOWN: u64 = 256;
    let limit = rlimit::increase_nofile_limit(wanted)
        .or_else(|_| rlimit::Resource::NOFILE.get_soft())
        .unwrap_or(IF_UNKNOWN);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Elsewhere there is no such limit on connections.
#[cfg(not(unix))]
fn open_files(wanted: u64) -> usize {
    usize::try_from(wanted).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_visitors_fit_the_limit() {
        for (open_files, of_a_kind) in
            [(0, 1), (32, 1), (64, 15), (256, 111), (1024, 447), (10_240, 4096), (usize::MAX, 4096)]
        {
            let room = Room::within(open_files);
            assert_eq!(room, Room { handshakes: of_a_kind, farewells: of_a_kind }, "{open_files}");
            if open_files > 40 {
                assert!(room.handshakes + room.farewells + 2 + LEAST_BESIDES <= open_files);
            }
        }
    }

    #[test]
    fn the_limit_is_raised_but_not_lowered() {
        let limit = open_files(64);
        assert!(limit >= 64);
        assert!(open_files(10_240) >= limit);
        assert_eq!(open_files(64), open_files(10_240));
    }
}
