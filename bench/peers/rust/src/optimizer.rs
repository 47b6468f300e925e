//! SGD and Adam.

use crate::network::{Gradients, Network};
use crate::protocol::OptimizerOptions;
use ndarray::Zip;

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
    /// `rate`: instead of the options' learning rate.
    pub fn new(options: &OptimizerOptions, network: &Network, rate: Option<f64>) -> Self {
        match *options {
            OptimizerOptions::Sgd { learning_rate } => Optimizer::Sgd { rate: rate.unwrap_or(learning_rate) },
            OptimizerOptions::Adam { learning_rate, beta1, beta2, epsilon } => {
                let rate = rate.unwrap_or(learning_rate);
                let (means, squares) = (Gradients::zeros(network), Gradients::zeros(network));
                Optimizer::Adam(Box::new(Adam { rate, beta1, beta2, epsilon, steps: 0, means, squares }))
            }
        }
    }

    pub fn step(&mut self, network: &mut Network, gradients: &Gradients) {
        match self {
            Optimizer::Sgd { rate } => {
                for (i, layer) in network.layers.iter_mut().enumerate() {
                    let (weights, bias) = layer.parameters_mut();
                    weights.scaled_add(-*rate, &gradients.weights[i]);
                    bias.scaled_add(-*rate, &gradients.biases[i]);
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
            let (weights, bias) = layer.parameters_mut();
            Zip::from(weights)
                .and(&gradients.weights[i])
                .and(&mut means.weights[i])
                .and(&mut squares.weights[i])
                .for_each(update);
            Zip::from(bias)
                .and(&gradients.biases[i])
                .and(&mut means.biases[i])
                .and(&mut squares.biases[i])
                .for_each(update);
        }
    }
}
