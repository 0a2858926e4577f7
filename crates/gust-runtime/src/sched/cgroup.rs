//! The processor limit of the control group this process is in.

use crate::sys;

/// Reads a small file into the buffer; the bytes read.
fn read<'a>(path: &[u8], buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    debug_assert_eq!(path.last(), Some(&0));
    // SAFETY: the path ends in zero; the buffer is writable.
    unsafe {
        let fd = sys::syscall3(sys::nr::OPEN, path.as_ptr() as usize, 0x80000, 0);
        if fd < 0 {
            return None;
        }
        let n = sys::syscall3(
            sys::nr::READ,
            fd as usize,
            buffer.as_mut_ptr() as usize,
            buffer.len(),
        );
        sys::syscall3(sys::nr::CLOSE, fd as usize, 0, 0);
        (n >= 0).then(|| &buffer[..n as usize])
    }
}

fn number(text: &[u8]) -> Option<u64> {
    let digits = text
        .iter()
        .position(|c| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (digits > 0 && digits < 18).then(|| {
        text[..digits]
            .iter()
            .fold(0, |n, &c| n * 10 + u64::from(c - b'0'))
    })
}

/// Processors per period, rounded up, from `cpu.max`: "quota period", or "max" without a limit.
fn parse_max(text: &[u8]) -> Option<u64> {
    let quota = number(text)?;
    let space = text.iter().position(|&c| c == b' ')?;
    let period = number(&text[space + 1..])?;
    (period > 0).then(|| quota.div_ceil(period))
}

/// The tightest limit of the group and those above it, in whole processors; none if there is no limit.
pub fn cpu_limit() -> Option<u64> {
    let mut groups = [0u8; 2048];
    let groups = read(b"/proc/self/cgroup\0", &mut groups)?;
    for line in groups.split(|&c| c == b'\n') {
        if let Some(path) = line.strip_prefix(b"0::") {
            return unified(path);
        }
    }
    None
}

fn unified(path: &[u8]) -> Option<u64> {
    const ROOT: &[u8] = b"/sys/fs/cgroup";
    const FILE: &[u8] = b"/cpu.max\0";
    let mut name = [0u8; 1024];
    let mut len = path.len();
    if ROOT.len() + len + FILE.len() > name.len() {
        return None;
    }
    let mut limit: Option<u64> = None;
    loop {
        let path = path[..len].strip_suffix(b"/").unwrap_or(&path[..len]);
        name[..ROOT.len()].copy_from_slice(ROOT);
        let mut end = ROOT.len();
        name[end..end + path.len()].copy_from_slice(path);
        end += path.len();
        name[end..end + FILE.len()].copy_from_slice(FILE);
        let mut text = [0u8; 64];
        if let Some(n) = read(&name[..end + FILE.len()], &mut text).and_then(parse_max) {
            limit = Some(limit.map_or(n, |l| l.min(n)));
        }
        match path.iter().rposition(|&c| c == b'/') {
            Some(slash) => len = slash,
            None => return limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse_max;

    #[test]
    fn quota_per_period() {
        assert_eq!(parse_max(b"max 100000\n"), None);
        assert_eq!(parse_max(b"200000 100000\n"), Some(2));
        assert_eq!(parse_max(b"150000 100000\n"), Some(2));
        assert_eq!(parse_max(b"50000 100000\n"), Some(1));
        assert_eq!(parse_max(b""), None);
    }
}
