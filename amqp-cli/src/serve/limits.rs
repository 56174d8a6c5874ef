//! The number of connections that can be open. Each takes an open file, and open files are limited.

/// The maximum number of connections of each kind.
const MAX_OF_A_KIND: usize = 4096;
/// The minimum number of open files that are not connections, including those that the program inherited.
const MIN_OTHER_FILES: usize = 32;

/// The number of connections that can be open at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Connections whose handshake is pending.
    pub(crate) handshakes: usize,
    /// Connections that are being closed.
    pub(crate) closing: usize,
}

impl Limits {
    /// Returns the limits that follow from the limit of open files of this process.
    pub(crate) fn of_process() -> Self {
        Self::within(open_files(10_240))
    }

    /// Reserves an eighth of the open files for everything else, and divides the rest into halves, so that
    /// neither kind of connection can block the other.
    fn within(open_files: usize) -> Self {
        let other_files = MIN_OTHER_FILES.max(open_files / 8);
        // Each kind briefly has one more connection: the one that is dropped for the next.
        let half = (open_files.saturating_sub(other_files) / 2).saturating_sub(1);
        let of_a_kind = half.clamp(1, MAX_OF_A_KIND);
        Self { handshakes: of_a_kind, closing: of_a_kind }
    }
}

/// Raises the limit of open files to `wanted` if possible. Returns the limit.
#[cfg(unix)]
fn open_files(wanted: u64) -> usize {
    // POSIX guarantees less, but this is a low limit in practice.
    const IF_UNKNOWN: u64 = 256;
    let limit = rlimit::increase_nofile_limit(wanted)
        .or_else(|_| rlimit::Resource::NOFILE.get_soft())
        .unwrap_or(IF_UNKNOWN);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// On other systems there is no such limit for connections.
#[cfg(not(unix))]
fn open_files(wanted: u64) -> usize {
    usize::try_from(wanted).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_connections_fit_the_limit() {
        for (open_files, of_a_kind) in
            [(0, 1), (32, 1), (64, 15), (256, 111), (1024, 447), (10_240, 4096), (usize::MAX, 4096)]
        {
            let limits = Limits::within(open_files);
            assert_eq!(
                limits,
                Limits { handshakes: of_a_kind, closing: of_a_kind },
                "{open_files}"
            );
            if open_files > 40 {
                assert!(limits.handshakes + limits.closing + 2 + MIN_OTHER_FILES <= open_files);
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
