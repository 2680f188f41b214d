//! Finding nodes, and names that a deployment file may hold.

use toml::Spanned;

use super::{Deployment, Node, resolve};
use crate::catalog::Product;

impl Deployment {
    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// Nodes of a product.
    pub fn nodes_of(&self, product: Product) -> impl Iterator<Item = &Node> {
        self.nodes
            .iter()
            .filter(move |node| node.product == product)
    }
}

/// A host name or IP literal in the form that a deployment file keeps (lower case, no trailing dot), or why it may not stand
/// there.
pub fn host_name(text: &str) -> Result<String, String> {
    resolve::host(&Spanned::new(0..text.len(), text.to_owned())).map_err(|problem| problem.message)
}

/// A DNS domain in the form that a deployment file keeps, or why it is none.
pub fn domain_name(text: &str) -> Result<String, String> {
    resolve::domain(&Spanned::new(0..text.len(), text.to_owned()))
        .map_err(|problem| problem.message)
}
