//! The number of clients that can be connected. Each takes an open file, and open files are limited.

/// The maximum number of clients of each kind.
const MAX_OF_A_KIND: usize = 1000;
/// The minimum number of open files that are not clients, including those that the program inherited.
const MIN_OTHER_FILES: usize = 32;

/// Returns how many clients there can be of each kind: those that have opened a connection, and those that have not yet.
/// It follows from the limit of open files of this process, so that neither kind can block the other.
pub(crate) fn clients_of_a_kind() -> usize {
    within(open_files(10_240))
}

/// Reserves an eighth of the open files for everything else, and divides the rest into halves.
fn within(open_files: usize) -> usize {
    let other_files = MIN_OTHER_FILES.max(open_files / 8);
    // Each kind briefly has one more client: the one that is dropped or refused for it.
    let half = (open_files.saturating_sub(other_files) / 2).saturating_sub(1);
    half.clamp(1, MAX_OF_A_KIND)
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
    fn all_clients_fit_the_limit() {
        for (open_files, of_a_kind) in
            [(0, 1), (32, 1), (64, 15), (256, 111), (1024, 447), (10_240, 1000), (usize::MAX, 1000)]
        {
            assert_eq!(within(open_files), of_a_kind, "{open_files}");
            if open_files > 40 {
                assert!(2 * of_a_kind + 2 + MIN_OTHER_FILES <= open_files);
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
