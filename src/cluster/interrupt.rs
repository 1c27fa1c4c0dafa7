//! Ctrl-C while something is being changed: what was sent is waited for, and nothing more is sent.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::error::{Error, Kind, Result};

/// Whether the user asked to stop. From [`Interrupt::listen`] on, Ctrl-C does not end the process by itself.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    raised: watch::Receiver<bool>,
}

impl Interrupt {
    /// Listens to SIGINT and SIGTERM. Needs a runtime around it.
    ///
    /// # Errors
    /// The system does not let us listen.
    pub(crate) fn listen() -> Result<Self> {
        let cannot = |error: std::io::Error| {
            Error::new(Kind::Internal, "cannot listen to signals").caused_by(&error)
        };
        let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
        let (raise, raised) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            // Nobody listens any more when the command is at its end.
            let _ = raise.send(true);
            std::future::pending::<()>().await;
        });
        Ok(Self { raised })
    }

    /// Whether it was raised.
    pub(crate) fn is_raised(&self) -> bool {
        *self.raised.borrow()
    }

    /// Waits until it is raised.
    pub(crate) async fn raised(&self) {
        let mut raised = self.raised.clone();
        if raised.wait_for(|raised| *raised).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
