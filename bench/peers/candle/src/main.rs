//! The workloads in Rust with candle on the CPU, in float64: tensors and their derivatives, a step of the optimizer at a time.

mod model;
#[path = "../../rust/src/protocol.rs"]
mod protocol;
mod trainer;

use candle_core::{Device, Result, Tensor};
use model::Model;
use protocol::{Answer, Workload};
use std::time::Instant;
use trainer::Optimizer;

/// A batch: [rows, inputs] and [rows, outputs].
pub type Batch = (Tensor, Tensor);

fn main() -> Result<()> {
    let Some(directory) = std::env::args().nth(1) else {
        eprintln!("usage: candle-peer <workload directory>");
        std::process::exit(2);
    };
    let workload = protocol::load(directory.as_ref());
    let version = format!("{}, {}", env!("CANDLE_VERSION"), env!("RUSTC_VERSION"));
    protocol::serve(&version, |start, epochs| run(&workload, &workload.starts[start], epochs).expect("a training"));
    Ok(())
}

fn run(workload: &Workload, start: &[f64], epochs: usize) -> Result<Answer> {
    let Workload { description, samples, population, .. } = workload;
    let all = batch_of(workload, samples)?;
    let rows = all.0.dim(0)?;
    let batches: Vec<Batch> = (0..rows)
        .step_by(description.batch_size)
        .map(|from| {
            let count = description.batch_size.min(rows - from);
            Ok((all.0.narrow(0, from, count)?.contiguous()?, all.1.narrow(0, from, count)?.contiguous()?))
        })
        .collect::<Result<_>>()?;
    let validation = population.as_ref().map(|one| batch_of(workload, &one.validation)).transpose()?;
    let mut model = Model::new(description, start)?;
    let rates = population.as_ref().map(|one| one.learning_rates.as_slice());
    let mut optimizer = Optimizer::new(&description.optimizer, model.variables(), rates)?;

    let begin = Instant::now();
    let mut validation_losses = vec![0.; description.members];
    for _ in 0..epochs {
        for batch in &batches {
            let loss = model.loss(batch, true)?;
            optimizer.step(model.variables(), &loss.sum_all()?.backward()?)?;
        }
        if let Some(validation) = &validation {
            let losses = model.detached().loss(validation, false)?.to_vec1::<f64>()?;
            validation_losses.iter_mut().zip(losses).for_each(|(sum, loss)| *sum += loss / epochs as f64);
        }
    }
    let seconds = begin.elapsed().as_secs_f64();

    let loss = model.detached().loss(&all, false)?.mean_all()?.to_scalar::<f64>()?;
    Ok(Answer { seconds, loss, validation_losses: population.as_ref().map(|_| validation_losses) })
}

fn batch_of(workload: &Workload, samples: &protocol::Samples) -> Result<Batch> {
    let (inputs, outputs) = (workload.description.inputs, workload.description.outputs());
    let rows = samples.x.len() / inputs;
    let tensor = |numbers: &[f64], columns| Tensor::from_slice(numbers, (rows, columns), &Device::Cpu);
    Ok((tensor(&samples.x, inputs)?, tensor(&samples.y, outputs)?))
}
