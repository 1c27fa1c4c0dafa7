//! How many pods each replica set of a deployment is to have next: arithmetic only.
//!
//! The rules are those of Kubernetes' deployment controller: never more than `maxSurge` pods above what is wanted, never more
//! than `maxUnavailable` below it, unhealthy old pods first.

/// What a deployment wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) replicas: i64,
    pub(super) surge: i64,
    pub(super) unavailable: i64,
}

/// How a replica set is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// What it was told to have.
    pub(super) replicas: i64,
    /// Of its pods, those that are available.
    pub(super) available: i64,
}

impl Size {
    /// Those of the available pods that it will keep.
    fn lasting(self) -> i64 {
        self.available.min(self.replicas)
    }
}

impl Wanted {
    /// All pods at most.
    pub(super) fn most(self) -> i64 {
        if self.replicas > 0 {
            self.replicas + self.surge
        } else {
            0
        }
    }

    /// Available pods at least.
    pub(super) fn least(self) -> i64 {
        self.replicas - self.unavailable.min(self.replicas)
    }

    /// The next size of the new replica set, where all of them have `total` pods.
    pub(super) fn new_size(self, new: i64, total: i64) -> i64 {
        if new >= self.replicas {
            return self.replicas;
        }
        let room = self.replicas + self.surge - total;
        new + room.clamp(0, self.replicas - new)
    }

    /// The next sizes of the old replica sets, which are given from the oldest on.
    pub(super) fn old_sizes(self, new: Size, old: &[Size]) -> Vec<i64> {
        let mut sizes: Vec<i64> = old.iter().map(|size| size.replicas).collect();
        let total = new.replicas + sizes.iter().sum::<i64>();
        // Pods of the new set that are not there yet count as if they had to be waited for.
        let missing = new.replicas - new.lasting();
        let mut spare = total - self.least() - missing;
        // Those that serve nobody may go as far as the number of pods allows.
        for (size, old) in sizes.iter_mut().zip(old) {
            let gone = spare.clamp(0, *size - old.lasting());
            *size -= gone;
            spare -= gone;
        }
        // Of the others as many as are not needed.
        let lasting = |(size, old): (&i64, &Size)| old.available.min(*size);
        let available = new.lasting() + sizes.iter().zip(old).map(lasting).sum::<i64>();
        let mut surplus = spare.min(available - self.least());
        for size in &mut sizes {
            let gone = surplus.clamp(0, *size);
            *size -= gone;
            surplus -= gone;
        }
        sizes
    }
}

/// A replica set when the deployment is scaled in the middle of a rollout.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) replicas: i64,
    /// The most pods that the deployment could have when it was last scaled; 0 if that is not known.
    pub(super) most_before: i64,
}

/// Spreads a change of scale over the replica sets that have pods, by their size. They come with those first that take what
/// rounding leaves: the larger ones, and of equals the newer ones when there will be more, the older ones when fewer.
pub(super) fn spread(wanted: Wanted, sets: &[Share]) -> Vec<i64> {
    let total: i64 = sets.iter().map(|set| set.replicas).sum();
    let change = wanted.most() - total;
    let mut done = 0;
    let mut sizes: Vec<i64> = Vec::with_capacity(sets.len());
    for set in sets {
        let left = change - done;
        let mut part = 0;
        if set.replicas > 0 && left != 0 {
            part = fraction(wanted, set);
            part = if change > 0 {
                part.min(left)
            } else {
                part.max(left)
            };
        }
        done += part;
        sizes.push(set.replicas + part);
    }
    if let Some(first) = sizes.first_mut() {
        *first = (*first + change - done).max(0);
    }
    sizes
}

fn fraction(wanted: Wanted, set: &Share) -> i64 {
    if wanted.replicas == 0 || set.most_before == 0 {
        return if wanted.replicas == 0 {
            -set.replicas
        } else {
            0
        };
    }
    // Rounded to the nearest.
    let share = 2 * set.replicas * (wanted.replicas + wanted.surge) + set.most_before;
    share.div_euclid(2 * set.most_before) - set.replicas
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn size(replicas: i64, available: i64) -> Size {
        Size {
            replicas,
            available,
        }
    }

    #[test]
    fn a_rollout_of_ten_takes_the_steps_that_kubernetes_takes() {
        let wanted = Wanted {
            replicas: 10,
            surge: 3,
            unavailable: 2,
        };
        assert_eq!(wanted.new_size(0, 10), 3);
        assert_eq!(wanted.old_sizes(size(3, 0), &[size(10, 10)]), [8]);
        assert_eq!(wanted.new_size(3, 11), 5);
        assert_eq!(wanted.old_sizes(size(5, 3), &[size(8, 8)]), [5]);
    }

    #[test]
    fn unhealthy_old_pods_go_first() {
        let wanted = Wanted {
            replicas: 10,
            surge: 3,
            unavailable: 2,
        };
        let old = [size(8, 8), size(2, 0)];
        assert_eq!(wanted.old_sizes(size(3, 0), &old), [8, 0]);
    }

    #[test]
    fn scaling_in_a_rollout_is_spread_by_size() {
        let wanted = Wanted {
            replicas: 20,
            surge: 4,
            unavailable: 0,
        };
        let set = |replicas| Share {
            replicas,
            most_before: 12,
        };
        assert_eq!(spread(wanted, &[set(8), set(4)]), [16, 8]);
        assert_eq!(spread(wanted, &[set(5), set(4), set(3)]), [10, 8, 6]);
        let none = Wanted {
            replicas: 0,
            ..wanted
        };
        assert_eq!(spread(none, &[set(8), set(4)]), [0, 0]);
    }

    #[derive(Clone, Debug)]
    struct Model {
        wanted: Wanted,
        new: Size,
        old: Vec<Size>,
        /// The pods that each set really has, and of them the available ones: the new set first.
        pods: Vec<Size>,
    }

    fn models() -> impl Strategy<Value = Model> {
        let sizes = prop::collection::vec((0_i64..12, 0_i64..12), 1..4);
        (0_i64..12, 0_i64..6, 0_i64..6, sizes).prop_map(|(replicas, surge, unavailable, sizes)| {
            // Kubernetes lets at most one of them be zero.
            let unavailable = if surge == 0 {
                unavailable.max(1)
            } else {
                unavailable
            };
            let wanted = Wanted {
                replicas,
                surge,
                unavailable,
            };
            let sizes = sizes
                .into_iter()
                .map(|(count, ready)| size(count, ready.min(count)));
            let old: Vec<Size> = sizes.collect();
            let pods = std::iter::once(size(0, 0))
                .chain(old.iter().copied())
                .collect();
            Model {
                wanted,
                new: size(0, 0),
                old,
                pods,
            }
        })
    }

    impl Model {
        fn step(&mut self) -> bool {
            let total = self.new.replicas + self.old.iter().map(|set| set.replicas).sum::<i64>();
            let next = self.wanted.new_size(self.new.replicas, total);
            if next != self.new.replicas {
                self.new.replicas = next;
                return true;
            }
            let sizes = self.wanted.old_sizes(self.new, &self.old);
            let changed = self
                .old
                .iter()
                .zip(&sizes)
                .any(|(old, size)| old.replicas != *size);
            for (old, size) in self.old.iter_mut().zip(sizes) {
                old.replicas = size;
            }
            changed
        }

        /// The controller of replica set `at` does its part, and `ready` of its pods become available.
        fn run(&mut self, at: usize, ready: i64) {
            let set = if at == 0 {
                &mut self.new
            } else {
                &mut self.old[at - 1]
            };
            let pods = &mut self.pods[at];
            pods.replicas = set.replicas;
            pods.available = (pods.available.min(pods.replicas) + ready).min(pods.replicas);
            set.available = pods.available;
        }

        fn available(&self) -> i64 {
            self.pods.iter().map(|set| set.available).sum()
        }

        fn told(&self) -> i64 {
            self.new.replicas + self.old.iter().map(|set| set.replicas).sum::<i64>()
        }
    }

    proptest! {
        /// Whatever the controllers' order and however stale what they see: the bounds hold, and the rollout ends.
        #[test]
        fn a_rollout_keeps_its_bounds_and_ends(
            mut model in models(),
            turns in prop::collection::vec((0_usize..4, 0_i64..3, any::<bool>()), 0..60),
        ) {
            for (at, ready, step) in turns {
                let (available, told) = (model.available(), model.told());
                if step {
                    model.step();
                } else {
                    model.run(at % (model.old.len() + 1), ready);
                }
                prop_assert!(model.told() <= (model.wanted.replicas + model.wanted.surge).max(told), "{model:?}");
                prop_assert!(model.available() >= model.wanted.least().min(available), "{model:?}");
            }
            for _ in 0..200 {
                model.step();
                for at in 0..=model.old.len() {
                    model.run(at, 12);
                }
            }
            prop_assert_eq!(model.new.replicas, model.wanted.replicas);
            prop_assert!(model.old.iter().all(|old| old.replicas == 0), "{:?}", model);
        }

        #[test]
        fn spreading_reaches_the_scale_and_never_goes_below_nothing(
            replicas in 0_i64..50, surge in 0_i64..10,
            mut sets in prop::collection::vec(1_i64..30, 1..5), before in 0_i64..60,
        ) {
            sets.sort_unstable_by(|one, other| other.cmp(one));
            let wanted = Wanted { replicas, surge, unavailable: 0 };
            let shares: Vec<Share> = sets.iter().map(|set| Share { replicas: *set, most_before: before }).collect();
            let sizes = spread(wanted, &shares);
            prop_assert!(sizes.iter().all(|size| *size >= 0), "{sizes:?}");
            prop_assert!(sizes.iter().sum::<i64>() >= wanted.most(), "{sizes:?}");
        }
    }
}
