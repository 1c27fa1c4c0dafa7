//! Bounds on what one rendering may use, so that a bad chart ends in an error and not in a full stack or memory.
//!
//! Depth is bounded twice: by number, so that a chart behaves the same everywhere, and by the stack that is really used,
//! since a frame's size depends on the build and a template can take many frames for one level.

use std::cell::Cell;

use super::error::Failure;

/// Bytes of stack that one rendering may use. Threads have two MiB or more; printing a deep value needs some of the rest.
const MAX_STACK: usize = 768 << 10;

/// What one rendering may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How deep templates, blocks and parentheses may nest while running, recursion included.
    pub(crate) depth: usize,
    /// Actions, arguments and elements that may be worked on.
    pub(crate) steps: usize,
    /// Bytes of one rendering, or of one string on the way.
    pub(crate) size: usize,
}

impl Default for Limits {
    /// Far more than real charts need; Helm, too, stops at 1000 templates within each other.
    fn default() -> Self {
        Self {
            depth: 1000,
            steps: 20_000_000,
            size: 64 << 20,
        }
    }
}

/// What is left of the limits during one rendering.
pub(super) struct Budget {
    limits: Limits,
    depth: Cell<usize>,
    steps: Cell<usize>,
    /// Where the stack stood at the start.
    stack_start: usize,
}

/// About where the stack stands now.
fn stack_position() -> usize {
    let here = 0u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            depth: Cell::new(0),
            steps: Cell::new(0),
            stack_start: stack_position(),
        }
    }

    /// One level down; [`Self::leave`] must follow if this succeeds.
    pub(super) fn enter(&self) -> Result<(), Failure> {
        let depth = self.depth.get() + 1;
        let stack = self.stack_start.abs_diff(stack_position());
        if depth > self.limits.depth || stack > MAX_STACK {
            let limit = self.limits.depth.min(self.depth.get());
            return Err(
                format!("templates nest more than {limit} deep; does one include itself?").into(),
            );
        }
        self.depth.set(depth);
        Ok(())
    }

    /// One level up.
    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// Counts work.
    pub(super) fn charge(&self, steps: usize) -> Result<(), Failure> {
        let used = self.steps.get().saturating_add(steps);
        self.steps.set(used);
        if used > self.limits.steps {
            let limit = self.limits.steps;
            return Err(format!(
                "the template takes more than {limit} steps; is there an endless loop?"
            )
            .into());
        }
        Ok(())
    }

    /// Checks the length of a string, or of the output.
    pub(super) fn check_size(&self, length: usize) -> Result<(), Failure> {
        if length > self.limits.size {
            let limit = self.limits.size >> 20;
            return Err(format!("the template makes a text of more than {limit} MiB").into());
        }
        Ok(())
    }
}
