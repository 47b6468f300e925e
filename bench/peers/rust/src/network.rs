//! A dense network of any shape. All arrays of a training are allocated once, in `Workspace`.

use crate::protocol::{Activation, Description, Loss, OptimizerOptions, Workload};
use ndarray::linalg::general_mat_mul;
use ndarray::{s, Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Zip};

pub struct Layer {
    weights: Array2<f64>, // [inputs, units]
    bias: Array1<f64>,
    activation: Activation,
}

pub struct Network {
    layers: Vec<Layer>,
    loss: Loss,
}

/// Arrays with the shapes of the network's: gradients, or an optimizer's state.
pub struct Gradients {
    weights: Vec<Array2<f64>>,
    biases: Vec<Array1<f64>>,
}

impl Gradients {
    fn zeros(network: &Network) -> Self {
        Gradients {
            weights: network.layers.iter().map(|layer| Array2::zeros(layer.weights.dim())).collect(),
            biases: network.layers.iter().map(|layer| Array1::zeros(layer.bias.dim())).collect(),
        }
    }
}

pub struct Workspace {
    values: Vec<Array2<f64>>, // for each layer, [rows, units]
    deltas: Vec<Array2<f64>>, // dL/dz, the same
    gradients: Gradients,
}

impl Workspace {
    pub fn new(network: &Network, rows: usize) -> Self {
        let by_rows = || network.layers.iter().map(|layer| Array2::zeros((rows, layer.bias.len()))).collect();
        Workspace { values: by_rows(), deltas: by_rows(), gradients: Gradients::zeros(network) }
    }
}

impl Network {
    pub fn new(description: &Description, start: &[f64]) -> Self {
        let mut inputs = description.inputs;
        let mut rest = start;
        let layers = description.layers.iter().map(|layer| {
            let (weights, after) = rest.split_at(inputs * layer.units);
            let (bias, after) = after.split_at(layer.units);
            let weights = ArrayView2::from_shape((inputs, layer.units), weights).unwrap().to_owned();
            (rest, inputs) = (after, layer.units);
            Layer { weights, bias: ArrayView1::from(bias).to_owned(), activation: layer.activation }
        });
        Network { layers: layers.collect(), loss: description.loss }
    }

    /// Returns the loss of each epoch.
    pub fn train(
        &mut self,
        workload: &Workload,
        epochs: usize,
        optimizer: &mut Optimizer,
        workspace: &mut Workspace,
    ) -> Vec<f64> {
        let (rows, size) = (workload.x.nrows(), workload.description.batch_size);
        let mut history = Vec::with_capacity(epochs);
        for _ in 0..epochs {
            let mut total = 0.;
            for from in (0..rows).step_by(size) {
                let batch = s![from..rows.min(from + size), ..];
                let (x, y) = (workload.x.slice(batch), workload.y.slice(batch));
                total += self.forward(x, y, workspace);
                self.backward(x, y, workspace);
                optimizer.step(self, &workspace.gradients);
            }
            history.push(total / rows as f64);
        }
        history
    }

    /// Fills the values; returns the sum of the rows' losses.
    pub fn forward(&self, x: ArrayView2<f64>, y: ArrayView2<f64>, workspace: &mut Workspace) -> f64 {
        let rows = s![..x.nrows(), ..];
        for (i, layer) in self.layers.iter().enumerate() {
            let (before, after) = workspace.values.split_at_mut(i);
            let input = before.last().map_or(x, |values| values.slice(rows));
            let mut z = after[0].slice_mut(rows);
            z.assign(&layer.bias); // to every row
            general_mat_mul(1., &input, &layer.weights, 1., &mut z);
            activate(layer.activation, z);
        }
        let output = workspace.values.last().unwrap().slice(rows);
        match self.loss {
            Loss::HalfSquaredError => Zip::from(output).and(y).fold(0., |sum, a, y| sum + 0.5 * (a - y) * (a - y)),
            Loss::CategoricalCrossentropy => {
                Zip::from(output).and(y).fold(0., |sum, p, &y| if y == 0. { sum } else { sum - y * p.ln() })
            }
        }
    }

    /// Fills the gradients, from the values of `forward`.
    fn backward(&self, x: ArrayView2<f64>, y: ArrayView2<f64>, workspace: &mut Workspace) {
        let rows = s![..x.nrows(), ..];
        let last = self.layers.len() - 1;
        let scale = 1. / x.nrows() as f64;
        let Workspace { values, deltas, gradients: Gradients { weights, biases } } = workspace;
        Zip::from(deltas[last].slice_mut(rows))
            .and(values[last].slice(rows))
            .and(y)
            .for_each(|d, a, y| *d = (a - y) * scale);
        for i in (0..=last).rev() {
            let (before, after) = deltas.split_at_mut(i);
            let mut d = after[0].slice_mut(rows);
            differentiate(self.layers[i].activation, values[i].slice(rows), &mut d);
            let input = if i == 0 { x } else { values[i - 1].slice(rows) };
            general_mat_mul(1., &input.t(), &d, 0., &mut weights[i]);
            biases[i].fill(0.);
            for row in d.axis_iter(Axis(0)) {
                biases[i] += &row;
            }
            if let Some(before) = before.last_mut() {
                general_mat_mul(1., &d, &self.layers[i].weights.t(), 0., &mut before.slice_mut(rows));
            }
        }
    }
}

fn activate(activation: Activation, mut z: ArrayViewMut2<f64>) {
    match activation {
        Activation::Sigmoid => z.mapv_inplace(|z| 1. / (1. + (-z).exp())),
        Activation::Relu => z.mapv_inplace(|z| if z > 0. { z } else { 0. }),
        Activation::Softmax => {
            for mut row in z.axis_iter_mut(Axis(0)) {
                let largest = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
                row.mapv_inplace(|z| (z - largest).exp());
                row /= row.sum();
            }
        }
    }
}

/// From dL/da to dL/dz. For softmax with cross-entropy, (a - y) / n is that already.
fn differentiate(activation: Activation, values: ArrayView2<f64>, d: &mut ArrayViewMut2<f64>) {
    match activation {
        Activation::Sigmoid => Zip::from(d).and(values).for_each(|d, a| *d *= a * (1. - a)),
        Activation::Relu => Zip::from(d).and(values).for_each(|d, &a| *d = if a > 0. { *d } else { 0. }),
        Activation::Softmax => {}
    }
}

pub enum Optimizer {
    Sgd { rate: f64 },
    Adam(Box<Adam>),
}

pub struct Adam {
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    steps: i32,
    means: Gradients,
    squares: Gradients,
}

impl Optimizer {
    pub fn new(options: &OptimizerOptions, network: &Network) -> Self {
        match *options {
            OptimizerOptions::Sgd { learning_rate: rate } => Optimizer::Sgd { rate },
            OptimizerOptions::Adam { learning_rate: rate, beta1, beta2, epsilon } => {
                let (means, squares) = (Gradients::zeros(network), Gradients::zeros(network));
                Optimizer::Adam(Box::new(Adam { rate, beta1, beta2, epsilon, steps: 0, means, squares }))
            }
        }
    }

    fn step(&mut self, network: &mut Network, gradients: &Gradients) {
        match self {
            Optimizer::Sgd { rate } => {
                for (i, layer) in network.layers.iter_mut().enumerate() {
                    layer.weights.scaled_add(-*rate, &gradients.weights[i]);
                    layer.bias.scaled_add(-*rate, &gradients.biases[i]);
                }
            }
            Optimizer::Adam(adam) => adam.step(network, gradients),
        }
    }
}

impl Adam {
    fn step(&mut self, network: &mut Network, gradients: &Gradients) {
        self.steps += 1;
        let (beta1, beta2, epsilon) = (self.beta1, self.beta2, self.epsilon);
        let rate = self.rate / (1. - beta1.powi(self.steps));
        let root = (1. - beta2.powi(self.steps)).sqrt();
        let update = |p: &mut f64, g: &f64, mean: &mut f64, square: &mut f64| {
            *mean = beta1 * *mean + (1. - beta1) * g;
            *square = beta2 * *square + (1. - beta2) * g * g;
            *p -= rate * (*mean / (square.sqrt() / root + epsilon));
        };
        for (i, layer) in network.layers.iter_mut().enumerate() {
            let (means, squares) = (&mut self.means, &mut self.squares);
            Zip::from(&mut layer.weights)
                .and(&gradients.weights[i])
                .and(&mut means.weights[i])
                .and(&mut squares.weights[i])
                .for_each(update);
            Zip::from(&mut layer.bias)
                .and(&gradients.biases[i])
                .and(&mut means.biases[i])
                .and(&mut squares.biases[i])
                .for_each(update);
        }
    }
}
