//! The workloads in Rust with ndarray: vectorised matrix operations over a batch, like the original experiment's program.

mod layers;
mod network;
mod optimizer;
mod protocol;

use network::{Network, Samples, Workspace};
use optimizer::Optimizer;
use protocol::{Answer, Description, Population};
use std::time::Instant;

fn main() {
    let Some(directory) = std::env::args().nth(1) else {
        eprintln!("usage: ndarray-peer <workload directory>");
        std::process::exit(2);
    };
    let workload = protocol::load(directory.as_ref());
    let samples = Samples::new(&workload.description, &workload.samples);
    let validation = workload.population.as_ref().map(|one| Samples::new(&workload.description, &one.validation));
    let version = format!("{}, {}", env!("NDARRAY_VERSION"), env!("RUSTC_VERSION"));
    protocol::serve(&version, |start, epochs| {
        let start = &workload.starts[start];
        match (&workload.population, &validation) {
            (Some(population), Some(validation)) => {
                train_population(&workload.description, population, &samples, validation, start, epochs)
            }
            _ => train(&workload.description, &samples, start, epochs),
        }
    });
}

fn train(description: &Description, samples: &Samples, start: &[f64], epochs: usize) -> Answer {
    let rows = samples.x.nrows();
    let mut network = Network::new(description, start);
    let mut optimizer = Optimizer::new(&description.optimizer, &network, None);
    let mut workspace = Workspace::new(&network, description.batch_size.min(rows));

    let begin = Instant::now();
    let history: Vec<f64> = (0..epochs)
        .map(|_| network.train_epoch(samples, description.batch_size, &mut optimizer, &mut workspace))
        .collect();
    let seconds = begin.elapsed().as_secs_f64();

    std::hint::black_box(history);
    Answer { seconds, loss: network.evaluate(samples, &mut Workspace::new(&network, rows)), validation_losses: None }
}

/// One member after the other, so that its parameters stay in the cache.
fn train_population(
    description: &Description,
    population: &Population,
    samples: &Samples,
    validation: &Samples,
    start: &[f64],
    epochs: usize,
) -> Answer {
    let count = start.len() / description.members;
    let rows = samples.x.nrows().max(validation.x.nrows());
    let mut networks: Vec<_> = start.chunks_exact(count).map(|one| Network::new(description, one)).collect();
    let mut workspace = Workspace::new(&networks[0], rows);

    let begin = Instant::now();
    let mut validation_losses = Vec::with_capacity(networks.len());
    for (network, &rate) in networks.iter_mut().zip(&population.learning_rates) {
        let mut optimizer = Optimizer::new(&description.optimizer, network, Some(rate));
        let mut total = 0.;
        for _ in 0..epochs {
            std::hint::black_box(network.train_epoch(samples, description.batch_size, &mut optimizer, &mut workspace));
            total += network.evaluate(validation, &mut workspace);
        }
        validation_losses.push(total / epochs as f64);
    }
    let seconds = begin.elapsed().as_secs_f64();

    let losses = networks.iter_mut().map(|network| network.evaluate(samples, &mut workspace));
    let loss = losses.sum::<f64>() / networks.len() as f64;
    Answer { seconds, loss, validation_losses: Some(validation_losses) }
}
