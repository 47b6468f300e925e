//! Shared by the peers in Rust: reads a workload, and answers requests line by line on standard output.

use serde::Deserialize;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub enum Activation {
    Sigmoid,
    Tanh,
    Relu,
    Softmax,
    Linear,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub enum Loss {
    HalfSquaredError,
    MeanSquaredError,
    CategoricalCrossentropy,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Layer {
    Dense { units: usize, activation: Activation },
    BatchNormalization { momentum: f64, epsilon: f64 },
}

#[derive(Deserialize, Clone, Copy)]
#[serde(tag = "name", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum OptimizerOptions {
    Sgd {
        learning_rate: f64,
    },
    /// In a population each member has a learning rate of its own.
    Adam {
        #[serde(default)]
        learning_rate: f64,
        beta1: f64,
        beta2: f64,
        epsilon: f64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    pub inputs: usize,
    pub layers: Vec<Layer>,
    pub loss: Loss,
    pub optimizer: OptimizerOptions,
    pub batch_size: usize,
    /// The networks of a population, otherwise 0.
    #[serde(default)]
    pub members: usize,
}

impl Description {
    /// The units of the last layer.
    pub fn outputs(&self) -> usize {
        match self.layers.last() {
            Some(Layer::Dense { units, .. }) => *units,
            _ => skip("the last layer is not dense"),
        }
    }
}

/// Samples: [rows × columns], row-major.
pub struct Samples {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

pub struct Population {
    pub validation: Samples,
    pub learning_rates: Vec<f64>,
}

pub struct Workload {
    pub description: Description,
    pub samples: Samples,
    pub starts: Vec<Vec<f64>>,
    pub population: Option<Population>,
}

/// The answer to a request; a population has a validation loss for each member.
pub struct Answer {
    pub seconds: f64,
    pub loss: f64,
    pub validation_losses: Option<Vec<f64>>,
}

#[derive(Deserialize)]
struct Request {
    start: usize,
    epochs: usize,
}

pub fn load(directory: &Path) -> Workload {
    let text = fs::read(directory.join("workload.json")).expect("workload.json in the directory");
    let description: Description = serde_json::from_slice(&text).unwrap_or_else(|error| skip(&error.to_string()));
    let numbers = |name: &str| doubles(&directory.join(name)).expect(name);
    let samples =
        |suffix: &str| Samples { x: numbers(&format!("x{suffix}.f64")), y: numbers(&format!("y{suffix}.f64")) };
    let population = (description.members > 0)
        .then(|| Population { validation: samples("-validation"), learning_rates: numbers("learning-rates.f64") });
    let samples = samples("");
    let starts = (0..).map_while(|i| doubles(&directory.join(format!("parameters-{i}.f64"))).ok()).collect();
    Workload { description, samples, starts, population }
}

/// `run` takes the index of a start and the number of epochs.
pub fn serve(version: &str, mut run: impl FnMut(usize, usize) -> Answer) {
    say(serde_json::json!({ "ready": true, "version": version, "note": "", "float": 64, "sameStart": true }));
    for line in io::stdin().lock().lines() {
        let Request { start, epochs } = serde_json::from_str(&line.expect("a line")).expect("a request");
        let Answer { seconds, loss, validation_losses } = run(start, epochs);
        let mut answer = serde_json::json!({ "seconds": seconds, "loss": loss, "epochs": epochs });
        if let Some(losses) = validation_losses {
            answer["validationLosses"] = losses.into();
        }
        say(answer);
    }
}

fn skip(reason: &str) -> ! {
    say(serde_json::json!({ "skipped": reason }));
    std::process::exit(0)
}

fn say(message: serde_json::Value) {
    let mut out = io::stdout().lock();
    writeln!(out, "{message}").and_then(|()| out.flush()).expect("standard output");
}

fn doubles(path: &Path) -> io::Result<Vec<f64>> {
    let bytes = fs::read(path)?;
    Ok(bytes.chunks_exact(8).map(|chunk| f64::from_le_bytes(chunk.try_into().unwrap())).collect())
}
