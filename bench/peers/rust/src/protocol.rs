//! Reads a workload, and answers requests line by line on standard output.

use ndarray::Array2;
use serde::Deserialize;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub enum Activation {
    Sigmoid,
    Relu,
    Softmax,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub enum Loss {
    HalfSquaredError,
    CategoricalCrossentropy,
}

#[derive(Deserialize)]
pub struct Layer {
    pub units: usize,
    pub activation: Activation,
}

#[derive(Deserialize)]
#[serde(tag = "name", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum OptimizerOptions {
    Sgd { learning_rate: f64 },
    Adam { learning_rate: f64, beta1: f64, beta2: f64, epsilon: f64 },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    pub inputs: usize,
    pub layers: Vec<Layer>,
    pub loss: Loss,
    pub optimizer: OptimizerOptions,
    pub rows: usize,
    pub batch_size: usize,
}

pub struct Workload {
    pub description: Description,
    pub x: Array2<f64>,
    pub y: Array2<f64>,
    pub starts: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Request {
    start: usize,
    epochs: usize,
}

pub fn load(directory: &Path) -> Workload {
    let text = fs::read(directory.join("workload.json")).expect("workload.json in the directory");
    let description: Description = serde_json::from_slice(&text).unwrap_or_else(|error| skip(&error.to_string()));
    let matrix = |name: &str, columns: usize| {
        let numbers = doubles(&directory.join(name)).expect(name);
        Array2::from_shape_vec((description.rows, columns), numbers).expect("as many numbers as rows times columns")
    };
    let outputs = description.layers.last().expect("a layer").units;
    let (x, y) = (matrix("x.f64", description.inputs), matrix("y.f64", outputs));
    let starts = (0..).map_while(|i| doubles(&directory.join(format!("parameters-{i}.f64"))).ok()).collect();
    Workload { description, x, y, starts }
}

/// `run` takes the index of a start and the number of epochs; it returns the seconds of the training and the loss after it.
pub fn serve(mut run: impl FnMut(usize, usize) -> (f64, f64)) {
    let version = format!("{}, {}", env!("NDARRAY_VERSION"), env!("RUSTC_VERSION"));
    say(serde_json::json!({ "ready": true, "version": version, "note": "", "float": 64, "sameStart": true }));
    for line in io::stdin().lock().lines() {
        let Request { start, epochs } = serde_json::from_str(&line.expect("a line")).expect("a request");
        let (seconds, loss) = run(start, epochs);
        say(serde_json::json!({ "seconds": seconds, "loss": loss, "epochs": epochs }));
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
