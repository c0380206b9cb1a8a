//! Starting and stopping.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::fault::{Edit, Fault};
use super::limit::Buckets;
use super::log::Log;
use super::remembered::Remembered;
use super::script::Script;
use super::serve::Shared;
use super::{Options, Portal};
use crate::{Error, Result};

/// A running stand-in; dropping it stops it and closes its connections.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |incoming| Arc::clone(&shared).serve(incoming));
            let connection = hyper::server::conn::http1::Builder::new();
            // A client that hangs up is its own affair; what it had asked for is in the log.
            let _closed = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

impl Server {
    /// Listens on 127.0.0.1 and answers from a thread of its own.
    pub fn start(portal: Arc<dyn Portal>, options: Options) -> Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", options.port)).map_err(Error::Start)?;
        listener.set_nonblocking(true).map_err(Error::Start)?;
        let address = listener.local_addr().map_err(Error::Start)?;
        let shared = Arc::new(Shared {
            portal,
            log: Log::default(),
            script: Mutex::new(Script::new(options.faults)),
            bucket: options.rate_limit.map(|limit| Mutex::new(Buckets::new(limit))),
            latency: options.latency,
            plain: options.plain,
            remembered: options.remember.then(Remembered::default),
            origin: format!("http://{address}"),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(Error::Start)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let for_thread = Arc::clone(&shared);
        let body = move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = accept(listener, for_thread) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        };
        let thread =
            std::thread::Builder::new().name("stand-in".to_owned()).spawn(body).map_err(Error::Start)?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:port`, no slash at the end.
    pub fn url(&self) -> String {
        self.shared.origin.clone()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request so far.
    pub fn log(&self) -> Log {
        self.shared.log.clone()
    }

    /// Adds a line to the fault script; requests are counted for it from now on.
    pub fn fault(&self, fault: Fault) {
        self.shared.script.lock().unwrap_or_else(PoisonError::into_inner).add(fault);
    }

    /// Empties the fault script.
    pub fn clear_faults(&self) {
        self.shared.script.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Changes the data at once.
    pub fn edit(&self, edit: &Edit) {
        self.shared.portal.edit(edit);
    }

    /// Serves until the process is killed.
    pub fn run_forever(mut self) {
        if let Some(thread) = self.thread.take() {
            let _joined = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _joined = thread.join();
        }
    }
}
