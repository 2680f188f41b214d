//! Work on long lists, on all processors.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, Builder};

/// Items for which a thread of their own pays: some hundred microseconds of work.
const WORTH_A_THREAD: usize = 64;
/// More threads than that are waited for longer than they help.
const MOST_THREADS: usize = 16;

/// What `work` gives for each item, in their order. `own` makes what a thread keeps for itself between items.
pub fn map<T, R, O>(
    items: &[T],
    own: impl Fn() -> O + Sync,
    work: impl Fn(&mut O, &T) -> R + Sync,
) -> Vec<R>
where
    T: Sync,
    R: Send,
{
    let part = &|part: &[T]| -> Vec<R> {
        let mut own = own();
        part.iter().map(|item| work(&mut own, item)).collect()
    };
    let threads = threads(items.len());
    if threads < 2 {
        return part(items);
    }
    thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(threads));
        let begin = |items| Builder::new().spawn_scoped(scope, move || part(items));
        let running: Vec<_> = parts.map(|items| (items, begin(items))).collect();
        let done = running
            .into_iter()
            .flat_map(|(items, thread)| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // The system gives no more threads.
                Err(_) => part(items),
            });
        done.collect()
    })
}

fn threads(items: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    processors.min(MOST_THREADS).min(items / WORTH_A_THREAD)
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn every_item_is_worked_on_once_and_in_order() {
        for count in [0, 1, 63, 64, 1_000, 1_001] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = map(&items, || 0, |_, item| item * 2);
            assert!(doubled.iter().copied().eq((0..count).map(|item| item * 2)));
        }
    }

    #[test]
    fn what_a_thread_keeps_goes_from_item_to_item() {
        let seen = map(
            &[(); 500],
            || 0,
            |count, ()| {
                *count += 1;
                *count
            },
        );
        assert_eq!(
            seen.iter().filter(|count| **count == 1).count(),
            super::threads(500).max(1)
        );
    }
}
