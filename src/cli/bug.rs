//! What is said when `mesh` itself is at fault.

use std::panic::PanicHookInfo;

use crate::error::Kind;

/// From here on, a panic says that it is a bug and how to report it, and ends with the exit code of one.
pub(super) fn announce() {
    std::panic::set_hook(Box::new(|panic| {
        let where_to = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let text = report(&message(panic), &where_to);
        // Not through Ui: whatever failed may hold its lock, and there is nobody to return to.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
        end();
    }));
}

#[expect(
    clippy::exit,
    reason = "a panic has no caller that could return the code"
)]
fn end() -> ! {
    std::process::exit(i32::from(Kind::Internal.exit_code()))
}

fn message(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_string()
}

fn report(message: &str, location: &str) -> String {
    format!(
        "error: this is a bug in mesh {}\n  caused by: {message} ({location})\n  hint: please report it with these \
         lines, the command line, and the smallest input that shows it\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_and_where_and_what_to_do() {
        let text = report("index out of bounds", "src/x.rs:1:2");
        for part in [
            "bug in mesh",
            "index out of bounds",
            "src/x.rs:1:2",
            "report it",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
