# Right and wrong answers to the exercise fair-timer of 06_devices.


# %% right: one_wait_after_warming_up
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return sorted(times)[len(times) // 2]


# %% right: waits_often
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
        synchronize()

    def once():
        synchronize()
        start = clock()
        work()
        synchronize()
        return clock() - start

    return float(np.median([once() for _ in range(repeats)]))


# %% right: one_loop
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    times = []
    for call in range(warmup + repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        end = clock()
        if call >= warmup:
            times.append(end - start)
    return statistics.median(times)


# %% right: torch_median
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = torch.zeros(repeats, dtype=torch.float64)
    for k in range(repeats):
        synchronize()
        begin = clock()
        work()
        synchronize()
        times[k] = clock() - begin
    return times.median().item()


# %% right: drops_the_first
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    times = []
    synchronize()
    for _ in range(warmup + repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    times = sorted(times[warmup:])
    return float(times[repeats // 2])


# %% wrong: never_waits
# fails: fair-timer-test-waits
# says: of 0.5 + 4.0 ms: 0.5 ms: when do you wait?
# fails: fair-timer-test-median
# says: 4.5, 1.5, 90.5, 3.5, 2.5: their median is 3.5, not 0.5: did
# pitfall: 47
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: waits_before_the_start_alone
# fails: fair-timer-test-waits
# says: of 0.5 + 4.0 ms: 0.5 ms: when do you wait?
# fails: fair-timer-test-median
# says: 4.5, 1.5, 90.5, 3.5, 2.5: their median is 3.5, not 0.5: did
# pitfall: 47
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: waits_after_the_clock
# fails: fair-timer-test-waits
# says: of 0.5 + 4.0 ms: 0.5 ms: when do you wait?
# fails: fair-timer-test-median
# says: 4.5, 1.5, 90.5, 3.5, 2.5: their median is 3.5, not 0.5: did
# pitfall: 47
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        end = clock()
        synchronize()
        times.append(end - start)
    return statistics.median(times)


# %% wrong: warm_ups_still_queued
# fails: fair-timer-test-waits
# says: 0.5 + 2.03 ms: 29.53 ms: when do you wait?
# pitfall: 47
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: waits_after_the_start
# fails: fair-timer-test-waits
# says: 0.5 + 2.03 ms: 29.53 ms: when do you wait?
# pitfall: 47
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        start = clock()
        synchronize()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: mean
# fails: fair-timer-test-median
# says: 4.5, 1.5, 90.5, 3.5, 2.5: their median is 3.5, not 20.5: the
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.mean(times)


# %% wrong: fastest
# fails: fair-timer-test-median
# says: not 1.5
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return min(times)


# %% wrong: middle_of_the_unsorted
# fails: fair-timer-test-median
# says: not 90.5
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return times[len(times) // 2]


# %% wrong: no_warm_up
# fails: fair-timer-test-median
# says: 7 calls of work, you made 5
# fails: fair-timer-test-waits
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: counts_the_warm_ups
# fails: fair-timer-test-waits
# says: a warm-up?
# fails: fair-timer-test-median
# says: 4.5, 1.5, 90.5, 3.5, 2.5: their median is 3.5, not 4.5:
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    times = []
    for _ in range(warmup + repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: one_clock_for_all
# fails: fair-timer-test-median
# says: not 20.5
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    synchronize()
    start = clock()
    for _ in range(repeats):
        work()
    synchronize()
    return (clock() - start) / repeats


# %% wrong: a_list
# fails: fair-timer-test-waits
# says: return a float, not list
# fails: fair-timer-test-median
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return times


# %% wrong: a_tensor
# fails: fair-timer-test-waits
# says: return a float, not Tensor
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return torch.tensor(times).median()


# %% wrong: prints
# fails: fair-timer-test-waits
# says: return a float, not NoneType
# fails: fair-timer-test-median
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    print(statistics.median(times))


# %% wrong: own_numbers
# fails: fair-timer-test-waits, fair-timer-test-median
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(3):
        work()
    times = []
    for _ in range(5):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return statistics.median(times)


# %% wrong: real_clock
# fails: fair-timer-test-waits, fair-timer-test-median
import time


def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    times = []
    for _ in range(repeats):
        synchronize()
        start = time.perf_counter()
        work()
        synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


# %% wrong: rounded
# fails: fair-timer-test-waits
# says: ms: when do you wait?
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return round(float(statistics.median(times)), 1)


# %% wrong: perf_counter
# fails: fair-timer-test-waits
# says: whose clock?
# fails: fair-timer-test-median
# says: 4.5, 1.5, 90.5, 3.5, 2.5: their median is 3.5, not
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        synchronize()
        times.append(time.perf_counter() - start)
    return float(statistics.median(times))


# %% wrong: warmup_one_more
# fails: fair-timer-test-waits
# says: one of 0.5 + 4.0 ms: 99.5 ms: a call more?
# fails: fair-timer-test-median
# says: 2 warm-ups and 5 repeats are 7 calls of work, you made 8
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup + 1):
        work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return float(statistics.median(times))


# %% wrong: start_after_order
# fails: fair-timer-test-waits
# says: the order?
# fails: fair-timer-test-median
# says: not 3.0
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    synchronize()
    times = []
    for _ in range(repeats):
        work()
        start = clock()
        synchronize()
        times.append(clock() - start)
    return float(statistics.median(times))


# %% right: numpy_float
def fair_time(work, synchronize, clock, warmup=3, repeats=5):
    for _ in range(warmup):
        work()
    synchronize()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return np.median(times)
