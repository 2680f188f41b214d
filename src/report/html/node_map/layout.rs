//! Where things stand: rows to the left in groups by product, CAs in columns to the right of what they issued, each at the
//! height of what builds to it.

use super::graph::Graph;

pub(super) const ROW: f64 = 28.0;
pub(super) const ROW_WIDTH: f64 = 320.0;
pub(super) const BOX: f64 = 46.0;
pub(super) const BOX_WIDTH: f64 = 250.0;
/// Room for the relations between products.
pub(super) const MARGIN: f64 = 96.0;
const HEADER: f64 = 30.0;
const GROUP_GAP: f64 = 20.0;
const COLUMN_GAP: f64 = 90.0;
const BOX_GAP: f64 = 18.0;
const TOP: f64 = 30.0;
/// As many links as a path may have: rounds of a search that cannot go on for ever.
const MOST_LINKS: usize = 8;

/// Places in units of the drawing.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) groups: Vec<Group>,
    /// For each row the middle of its height.
    pub(super) rows: Vec<f64>,
    /// For each CA its left edge and the middle of its height.
    pub(super) authorities: Vec<(f64, f64)>,
}

/// The rows of a product.
pub(super) struct Group {
    pub(super) product: &'static str,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

pub(super) fn lay_out(graph: &Graph) -> Layout {
    let (groups, rows) = groups(graph);
    let columns = columns(graph);
    let last = columns.iter().copied().max().unwrap_or(0);
    let bottom = groups.last().map_or(TOP, |group| group.bottom);
    let heights = heights(graph, &rows, &columns, last, bottom);
    let lowest = heights
        .iter()
        .copied()
        .fold(bottom, |low, y| low.max(y + BOX / 2.0));
    let place = |(column, y): (&usize, &f64)| (left(*column), *y);
    Layout {
        width: left(last) + BOX_WIDTH + 10.0,
        height: lowest + 12.0,
        authorities: columns.iter().zip(&heights).map(place).collect(),
        groups,
        rows,
    }
}

// Columns are few.
#[allow(clippy::cast_precision_loss)]
fn left(column: usize) -> f64 {
    MARGIN + ROW_WIDTH + COLUMN_GAP + column as f64 * (BOX_WIDTH + COLUMN_GAP)
}

/// Rows of a product follow each other, in the order in which the products come first.
fn groups(graph: &Graph) -> (Vec<Group>, Vec<f64>) {
    let mut products: Vec<&'static str> = Vec::new();
    for row in &graph.rows {
        if !products.contains(&row.product) {
            products.push(row.product);
        }
    }
    let mut places = vec![0.0; graph.rows.len()];
    let mut groups = Vec::new();
    let mut y = TOP;
    for product in products {
        let top = y;
        y += HEADER;
        let own = graph.rows.iter().zip(&mut places);
        for (_, place) in own.filter(|(row, _)| row.product == product) {
            *place = y + ROW / 2.0;
            y += ROW;
        }
        groups.push(Group {
            product,
            top,
            bottom: y + 8.0,
        });
        y += 8.0 + GROUP_GAP;
    }
    (groups, places)
}

/// One to the right of the rightmost thing that it issued; roots in the last column.
fn columns(graph: &Graph) -> Vec<usize> {
    let mut columns = vec![0; graph.authorities.len()];
    for _ in 0..MOST_LINKS {
        for (from, edge) in graph.authority_edges() {
            if columns[edge.to] <= columns[from] {
                columns[edge.to] = (columns[from] + 1).min(MOST_LINKS);
            }
        }
    }
    let last = columns.iter().copied().max().unwrap_or(0);
    for (authority, column) in graph.authorities.iter().zip(&mut columns) {
        if authority.is.starts_with("root") {
            *column = last;
        }
    }
    columns
}

/// Each at the mean height of what builds to it, moved down where two would overlap.
fn heights(graph: &Graph, rows: &[f64], columns: &[usize], last: usize, bottom: f64) -> Vec<f64> {
    let mut heights = vec![0.0; columns.len()];
    for column in 0..=last {
        let mut wanted: Vec<(f64, usize)> = (0..columns.len())
            .filter(|at| columns[*at] == column)
            .map(|at| (mean(&below(graph, rows, &heights, columns, at)), at))
            .collect();
        wanted.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        spread(&wanted, &mut heights, bottom);
    }
    heights
}

/// Heights of what a CA issued.
fn below(graph: &Graph, rows: &[f64], heights: &[f64], columns: &[usize], at: usize) -> Vec<f64> {
    let issued = graph.rows.iter().zip(rows);
    let issued = issued.filter(|(row, _)| row.edges.iter().any(|edge| edge.to == at));
    let above = graph
        .authority_edges()
        .filter(|(from, edge)| edge.to == at && columns[*from] < columns[at]);
    issued
        .map(|(_, y)| *y)
        .chain(above.map(|(from, _)| heights[from]))
        .collect()
}

// As many as rows and CAs are drawn.
#[allow(clippy::cast_precision_loss)]
fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        TOP
    } else {
        values.iter().sum::<f64>() / values.len() as f64
    }
}

fn spread(wanted: &[(f64, usize)], heights: &mut [f64], bottom: f64) {
    let step = BOX + BOX_GAP;
    let mut free = TOP + BOX / 2.0;
    for (y, at) in wanted {
        heights[*at] = y.max(free);
        free = heights[*at] + step;
    }
    // Back up as far as the bottom asks and the top allows.
    let mut limit = bottom - BOX / 2.0;
    for (place, (_, at)) in wanted.iter().enumerate().rev() {
        #[allow(clippy::cast_precision_loss)]
        let highest = TOP + BOX / 2.0 + place as f64 * step;
        heights[*at] = heights[*at].min(limit).max(highest);
        limit = heights[*at] - step;
    }
}
