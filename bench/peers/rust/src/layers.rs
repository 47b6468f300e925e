//! The layers. Each has its parameters, and the arrays of a training are given to it.

use crate::protocol::Activation;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Zip};

pub enum Layer {
    Dense { weights: Array2<f64>, bias: Array1<f64>, activation: Activation }, // weights: [inputs, units]
    BatchNormalization(Box<Normalization>),
}

pub struct Normalization {
    pub gamma: Array2<f64>, // [1, units], as an optimizer has weights and biases
    pub beta: Array1<f64>,
    pub moving_mean: Array1<f64>,
    pub moving_variance: Array1<f64>,
    pub momentum: f64,
    pub epsilon: f64,
    normalized: Array2<f64>, // [rows, units]
    inverse: Array1<f64>,    // 1 / √(variance + epsilon)
}

impl Normalization {
    pub fn new(start: &[f64], momentum: f64, epsilon: f64) -> Self {
        let parts: Vec<_> = start.chunks_exact(start.len() / 4).map(|part| ArrayView1::from(part).to_owned()).collect();
        let [gamma, beta, moving_mean, moving_variance]: [Array1<f64>; 4] = parts.try_into().unwrap();
        let inverse = Array1::zeros(beta.len());
        let normalized = Array2::zeros((0, 0));
        let gamma = gamma.insert_axis(Axis(0));
        Normalization { gamma, beta, moving_mean, moving_variance, momentum, epsilon, normalized, inverse }
    }

    /// In training by the batch's statistics, which the moving ones follow.
    fn forward(&mut self, input: ArrayView2<f64>, mut output: ArrayViewMut2<f64>, training: bool) {
        let (mean, variance) = if training {
            let mean = input.mean_axis(Axis(0)).unwrap();
            let variance = input.var_axis(Axis(0), 0.);
            let (momentum, rest) = (self.momentum, 1. - self.momentum);
            self.moving_mean.zip_mut_with(&mean, |moving, mean| *moving = *moving * momentum + mean * rest);
            self.moving_variance.zip_mut_with(&variance, |moving, value| *moving = *moving * momentum + value * rest);
            (mean, variance)
        } else {
            (self.moving_mean.clone(), self.moving_variance.clone())
        };
        Zip::from(&mut self.inverse).and(&variance).for_each(|i, v| *i = 1. / (v + self.epsilon).sqrt());
        if self.normalized.dim() != input.dim() {
            self.normalized = Array2::zeros(input.dim());
        }
        self.normalized.assign(&input);
        self.normalized -= &mean;
        self.normalized *= &self.inverse;
        output.assign(&self.normalized);
        output *= &self.gamma;
        output += &self.beta;
    }
}

impl Layer {
    pub fn forward(&mut self, input: ArrayView2<f64>, mut output: ArrayViewMut2<f64>, training: bool) {
        match self {
            Layer::Dense { weights, bias, activation } => {
                output.assign(bias); // to every row
                general_mat_mul(1., &input, weights, 1., &mut output);
                activate(*activation, output);
            }
            Layer::BatchNormalization(layer) => layer.forward(input, output, training),
        }
    }

    /// `d` is dL/da before it and dL/dz after it. Fills the gradients, and dL/d(input) where it is needed.
    pub fn backward(
        &self,
        input: ArrayView2<f64>,
        output: ArrayView2<f64>,
        mut d: ArrayViewMut2<f64>,
        (g, g_bias): (&mut Array2<f64>, &mut Array1<f64>),
        d_input: Option<ArrayViewMut2<f64>>,
    ) {
        if let Layer::Dense { activation, .. } = self {
            differentiate(*activation, output, &mut d);
        }
        g_bias.fill(0.);
        for row in d.axis_iter(Axis(0)) {
            *g_bias += &row;
        }
        match self {
            Layer::Dense { weights, .. } => {
                general_mat_mul(1., &input.t(), &d, 0., g);
                if let Some(mut d_input) = d_input {
                    general_mat_mul(1., &d, &weights.t(), 0., &mut d_input);
                }
            }
            Layer::BatchNormalization(layer) => {
                g.fill(0.);
                for (row, normalized) in d.axis_iter(Axis(0)).zip(layer.normalized.axis_iter(Axis(0))) {
                    Zip::from(g.row_mut(0)).and(row).and(normalized).for_each(|g, d, n| *g += d * n);
                }
                if let Some(mut d_input) = d_input {
                    let rows = input.nrows() as f64;
                    d_input.assign(&d);
                    for (mut row, normalized) in d_input.axis_iter_mut(Axis(0)).zip(layer.normalized.axis_iter(Axis(0)))
                    {
                        Zip::from(&mut row)
                            .and(normalized)
                            .and(g.row(0))
                            .and(&*g_bias)
                            .for_each(|d, n, gamma, beta| *d -= (beta + n * gamma) / rows);
                        row *= &layer.gamma.row(0);
                        row *= &layer.inverse;
                    }
                }
            }
        }
    }

    /// The trained parameters.
    pub fn parameters(&self) -> (&Array2<f64>, &Array1<f64>) {
        match self {
            Layer::Dense { weights, bias, .. } => (weights, bias),
            Layer::BatchNormalization(layer) => (&layer.gamma, &layer.beta),
        }
    }

    pub fn parameters_mut(&mut self) -> (&mut Array2<f64>, &mut Array1<f64>) {
        match self {
            Layer::Dense { weights, bias, .. } => (weights, bias),
            Layer::BatchNormalization(layer) => (&mut layer.gamma, &mut layer.beta),
        }
    }
}

fn activate(activation: Activation, mut z: ArrayViewMut2<f64>) {
    match activation {
        Activation::Sigmoid => z.mapv_inplace(|z| 1. / (1. + (-z).exp())),
        Activation::Tanh => z.mapv_inplace(f64::tanh),
        Activation::Relu => z.mapv_inplace(|z| if z > 0. { z } else { 0. }),
        Activation::Linear => {}
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
        Activation::Tanh => Zip::from(d).and(values).for_each(|d, a| *d *= 1. - a * a),
        Activation::Relu => Zip::from(d).and(values).for_each(|d, &a| *d = if a > 0. { *d } else { 0. }),
        Activation::Softmax | Activation::Linear => {}
    }
}
