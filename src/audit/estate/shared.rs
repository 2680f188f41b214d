//! What several judgements rest on alike, worked out once for an estate: without it, a rule that asks the same of all nodes
//! on each node takes time that grows with their square.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Results by their type, which is private to the rule that asks.
#[derive(Default)]
pub(super) struct Shared(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Shared {
    pub(super) fn once<T: Any + Send + Sync>(&self, work: impl FnOnce() -> T) -> Arc<T> {
        if let Some(known) = self.known() {
            return known;
        }
        // Not under the lock: the work may ask for something else that is shared.
        let done: Arc<T> = Arc::new(work());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(TypeId::of::<T>(), Arc::clone(&done) as _);
        done
    }

    fn known<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = Arc::clone(all.get(&TypeId::of::<T>())?);
        known.downcast().ok()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;

    #[test]
    fn each_type_is_worked_out_once_and_may_rest_on_another() {
        struct Twice(usize);
        let shared = Shared::default();
        let count = |times: &mut usize| {
            *times += 1;
            Twice(2 * *shared.once(|| 21))
        };
        let mut times = 0;
        for _ in 0..3 {
            assert_eq!(shared.once(|| count(&mut times)).0, 42);
        }
        assert_eq!(times, 1);
    }
}
