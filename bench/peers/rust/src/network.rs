//! A network of any shape. All arrays of a training are allocated once, in `Workspace`.

use crate::layers::{Layer, Normalization};
use crate::optimizer::Optimizer;
use crate::protocol::{self, Description, Loss};
use ndarray::{s, Array1, Array2, ArrayView1, ArrayView2, Zip};

pub struct Network {
    pub layers: Vec<Layer>,
    loss: Loss,
}

/// Samples as matrices, [rows, columns].
pub struct Samples {
    pub x: Array2<f64>,
    pub y: Array2<f64>,
}

impl Samples {
    pub fn new(description: &Description, samples: &protocol::Samples) -> Self {
        let matrix = |numbers: &[f64], columns| {
            ArrayView2::from_shape((numbers.len() / columns, columns), numbers).unwrap().to_owned()
        };
        Samples { x: matrix(&samples.x, description.inputs), y: matrix(&samples.y, description.outputs()) }
    }
}

/// Arrays with the shapes of the network's: gradients, or an optimizer's state.
pub struct Gradients {
    pub weights: Vec<Array2<f64>>,
    pub biases: Vec<Array1<f64>>,
}

impl Gradients {
    pub fn zeros(network: &Network) -> Self {
        let parameters = || network.layers.iter().map(Layer::parameters);
        Gradients {
            weights: parameters().map(|(weights, _)| Array2::zeros(weights.dim())).collect(),
            biases: parameters().map(|(_, bias)| Array1::zeros(bias.dim())).collect(),
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
        let by_rows = || network.layers.iter().map(|layer| Array2::zeros((rows, layer.parameters().1.len()))).collect();
        Workspace { values: by_rows(), deltas: by_rows(), gradients: Gradients::zeros(network) }
    }
}

impl Network {
    pub fn new(description: &Description, start: &[f64]) -> Self {
        let mut inputs = description.inputs;
        let mut rest = start;
        let mut take = |count: usize| {
            let (taken, after) = rest.split_at(count);
            rest = after;
            taken
        };
        let layers = description.layers.iter().map(|layer| match *layer {
            protocol::Layer::Dense { units, activation } => {
                let weights = ArrayView2::from_shape((inputs, units), take(inputs * units)).unwrap().to_owned();
                let bias = ArrayView1::from(take(units)).to_owned();
                inputs = units;
                Layer::Dense { weights, bias, activation }
            }
            protocol::Layer::BatchNormalization { momentum, epsilon } => {
                Layer::BatchNormalization(Box::new(Normalization::new(take(4 * inputs), momentum, epsilon)))
            }
        });
        Network { layers: layers.collect(), loss: description.loss }
    }

    /// Returns the loss of the epoch.
    pub fn train_epoch(
        &mut self,
        samples: &Samples,
        batch_size: usize,
        optimizer: &mut Optimizer,
        workspace: &mut Workspace,
    ) -> f64 {
        let rows = samples.x.nrows();
        let mut total = 0.;
        for from in (0..rows).step_by(batch_size) {
            let batch = s![from..rows.min(from + batch_size), ..];
            let (x, y) = (samples.x.slice(batch), samples.y.slice(batch));
            total += self.forward(x, y, workspace, true);
            self.backward(x, y, workspace);
            optimizer.step(self, &workspace.gradients);
        }
        total / rows as f64
    }

    /// The mean loss of the rows.
    pub fn evaluate(&mut self, samples: &Samples, workspace: &mut Workspace) -> f64 {
        self.forward(samples.x.view(), samples.y.view(), workspace, false) / samples.x.nrows() as f64
    }

    /// Fills the values; returns the sum of the rows' losses.
    fn forward(&mut self, x: ArrayView2<f64>, y: ArrayView2<f64>, workspace: &mut Workspace, training: bool) -> f64 {
        let rows = s![..x.nrows(), ..];
        for (i, layer) in self.layers.iter_mut().enumerate() {
            let (before, after) = workspace.values.split_at_mut(i);
            let input = before.last().map_or(x, |values| values.slice(rows));
            layer.forward(input, after[0].slice_mut(rows), training);
        }
        let output = workspace.values.last().unwrap().slice(rows);
        let squares = || Zip::from(output).and(y).fold(0., |sum, a, y| sum + (a - y) * (a - y));
        match self.loss {
            Loss::HalfSquaredError => squares() / 2.,
            Loss::MeanSquaredError => squares() / y.ncols() as f64,
            Loss::CategoricalCrossentropy => {
                Zip::from(output).and(y).fold(0., |sum, p, &y| if y == 0. { sum } else { sum - y * p.ln() })
            }
        }
    }

    /// Fills the gradients, from the values of `forward`.
    fn backward(&self, x: ArrayView2<f64>, y: ArrayView2<f64>, workspace: &mut Workspace) {
        let rows = s![..x.nrows(), ..];
        let last = self.layers.len() - 1;
        let scale = match self.loss {
            Loss::MeanSquaredError => 2. / y.len() as f64,
            _ => 1. / x.nrows() as f64,
        };
        let Workspace { values, deltas, gradients: Gradients { weights, biases } } = workspace;
        Zip::from(deltas[last].slice_mut(rows))
            .and(values[last].slice(rows))
            .and(y)
            .for_each(|d, a, y| *d = (a - y) * scale);
        for i in (0..=last).rev() {
            let (before, after) = deltas.split_at_mut(i);
            let input = if i == 0 { x } else { values[i - 1].slice(rows) };
            let gradients = (&mut weights[i], &mut biases[i]);
            let d_input = before.last_mut().map(|d| d.slice_mut(rows));
            self.layers[i].backward(input, values[i].slice(rows), after[0].slice_mut(rows), gradients, d_input);
        }
    }
}
