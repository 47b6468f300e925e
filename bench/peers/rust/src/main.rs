//! The workloads in Rust with ndarray: vectorised matrix operations over a batch, like the original experiment's program.

mod network;
mod protocol;

use network::{Network, Optimizer, Workspace};
use std::time::Instant;

fn main() {
    let Some(directory) = std::env::args().nth(1) else {
        eprintln!("usage: ndarray-peer <workload directory>");
        std::process::exit(2);
    };
    let workload = protocol::load(directory.as_ref());
    let rows = workload.x.nrows();

    protocol::serve(|start, epochs| {
        let mut network = Network::new(&workload.description, &workload.starts[start]);
        let mut optimizer = Optimizer::new(&workload.description.optimizer, &network);
        let mut workspace = Workspace::new(&network, workload.description.batch_size.min(rows));

        let begin = Instant::now();
        let history = network.train(&workload, epochs, &mut optimizer, &mut workspace);
        let seconds = begin.elapsed().as_secs_f64();

        std::hint::black_box(history);
        let mut workspace = Workspace::new(&network, rows);
        let loss = network.forward(workload.x.view(), workload.y.view(), &mut workspace) / rows as f64;
        (seconds, loss)
    });
}
