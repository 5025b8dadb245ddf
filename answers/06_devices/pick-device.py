# Right and wrong answers to the exercise pick-device of 06_devices.


# %% right: accelerator
def pick_device(wanted=None):
    best = torch.accelerator.current_accelerator(check_available=True)
    if wanted is None:
        return best or torch.device("cpu")
    wanted = torch.device(wanted)
    if wanted.type == "cpu":
        return wanted
    if best is None or best.type != wanted.type:
        raise ValueError(f"{wanted} is not available")
    if wanted.index is not None and wanted.index >= torch.accelerator.device_count():
        raise ValueError(f"{wanted} is not available")
    return wanted


# %% right: explicit_chain
def pick_device(wanted=None):
    if wanted is None:
        return torch.device(
            "cuda"
            if torch.cuda.is_available()
            else "mps"
            if torch.backends.mps.is_available()
            else "cpu"
        )
    device = torch.device(wanted)
    if device.type == "cuda":
        there = torch.cuda.is_available() and (
            device.index is None or device.index < torch.cuda.device_count()
        )
    elif device.type == "mps":
        there = torch.backends.mps.is_available() and device.index in (None, 0)
    else:
        there = device.type == "cpu"
    if not there:
        raise ValueError(f"you asked for {device}, which is not here")
    return device


# %% right: list_of_names
def pick_device(wanted=None):
    names = []
    if torch.cuda.is_available():
        names += ["cuda"] + [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names += ["mps", "mps:0"]
    names += ["cpu", "cpu:0"]
    if wanted is None:
        return torch.device(names[0])
    if str(wanted) in names:
        return torch.device(str(wanted))
    raise ValueError(f"{wanted!s} is none of {names}")


# %% right: accelerator_is_available
def pick_device(wanted=None):
    kind, count = "cpu", 1
    if torch.accelerator.is_available():
        kind = torch.accelerator.current_accelerator().type
        count = torch.accelerator.device_count()
    if wanted is None:
        return torch.device(kind)
    device = torch.device(wanted)
    if device.type != "cpu" and (device.type != kind or (device.index or 0) >= count):
        raise ValueError(f"no {device} here, only {count} {kind}")
    return device


# %% right: device_modules
def pick_device(wanted=None):
    if wanted is None:
        for kind in ("cuda", "mps", "cpu"):
            if torch.get_device_module(kind).is_available():
                return torch.device(kind)
    device = torch.device(wanted)
    module = torch.get_device_module(device)
    if not module.is_available() or (device.index or 0) >= module.device_count():
        raise ValueError(f"{device} cannot be used")
    return device


# %% right: device_count_alone
def pick_device(wanted=None):
    cuda, mps = torch.cuda.device_count(), torch.mps.device_count()
    if wanted is None:
        wanted = "cuda" if cuda > 0 else ("mps" if mps > 0 else "cpu")
    device = torch.device(wanted)
    counts = dict(cuda=cuda, mps=mps, cpu=1)
    if counts.get(device.type, 0) <= (device.index if device.index else 0):
        raise ValueError("not available: " + str(device))
    return device


# %% wrong: never_none
# fails: pick-device-test-best
# fails: pick-device-test-wanted
# fails: pick-device-test-missing
# says: AttributeError("'NoneType' object has no attribute 'type'"
# pitfall: 46
def pick_device(wanted=None):
    best = torch.accelerator.current_accelerator()
    if wanted is None:
        return torch.device(best.type)
    wanted = torch.device(wanted)
    if wanted.type not in ("cpu", best.type):
        raise ValueError(f"no {wanted} here")
    if (wanted.index or 0) >= torch.accelerator.device_count():
        raise ValueError(f"no {wanted} here")
    return wanted


# %% wrong: always_usable
# fails: pick-device-test-best
# says: made for cuda, 0 there: expected cpu, not cuda
# pitfall: 46
def pick_device(wanted=None):
    if wanted is None:
        return torch.accelerator.current_accelerator() or torch.device("cpu")
    device = torch.device(wanted)
    if device.type == "cpu":
        return device
    best = torch.accelerator.current_accelerator(check_available=True)
    if best is None or best.type != device.type:
        raise ValueError(f"{device} is not available")
    if (device.index or 0) >= torch.accelerator.device_count():
        raise ValueError(f"{device} is not available")
    return device


# %% wrong: returns_none_without_accelerator
# fails: pick-device-test-best
# says: return a torch.device, not None
# fails: pick-device-test-missing
# pitfall: 46
def pick_device(wanted=None):
    if wanted is None:
        return torch.accelerator.current_accelerator(check_available=True)
    return torch.device(wanted)


# %% wrong: forgets_mps
# fails: pick-device-test-best
# says: made for mps, 1 there: expected mps, not cpu
# fails: pick-device-test-wanted
def pick_device(wanted=None):
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted is None:
        return torch.device("cuda" if count else "cpu")
    device = torch.device(wanted)
    if device.type == "cpu":
        return device
    if device.type != "cuda" or (device.index or 0) >= count:
        raise ValueError(f"{device} is not here")
    return device


# %% wrong: ignores_the_wish
# fails: pick-device-test-wanted
# says: asked for cpu
# fails: pick-device-test-missing
# says: no ValueError naming it
def pick_device(wanted=None):
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


# %% wrong: grants_every_wish
# fails: pick-device-test-missing
# says: MPS there, asked for cuda: no ValueError naming it, but
# pitfall: 46
def pick_device(wanted=None):
    if wanted is not None:
        return torch.device(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


# %% wrong: falls_back_in_silence
# fails: pick-device-test-missing
# says: MPS there, asked for cuda: no ValueError naming it, but
def pick_device(wanted=None):
    best = torch.accelerator.current_accelerator(check_available=True)
    best = best or torch.device("cpu")
    if wanted is None:
        return best
    device = torch.device(wanted)
    usable = device.type in ("cpu", best.type)
    if device.type != "cpu" and (device.index or 0) >= torch.accelerator.device_count():
        usable = False
    return device if usable else torch.device("cpu")


# %% wrong: ignores_the_index
# fails: pick-device-test-missing
# says: 2 CUDA, 0 MPS there, asked for cuda:2
def pick_device(wanted=None):
    kinds = ["cpu"]
    if torch.backends.mps.is_available():
        kinds.insert(0, "mps")
    if torch.cuda.is_available():
        kinds.insert(0, "cuda")
    device = torch.device(wanted or kinds[0])
    if device.type not in kinds:
        raise ValueError(f"no {device}")
    return device


# %% wrong: counts_from_one
# fails: pick-device-test-missing
# says: asked for cuda:2
def pick_device(wanted=None):
    count = {"cpu": 1, "cuda": 0, "mps": 0}
    if torch.cuda.is_available():
        count["cuda"] = torch.cuda.device_count()
    if torch.backends.mps.is_available():
        count["mps"] = 1
    if wanted is None:
        wanted = "cuda" if count["cuda"] else "mps" if count["mps"] else "cpu"
    device = torch.device(wanted)
    if not count[device.type] or (device.index or 0) > count[device.type]:
        raise ValueError(f"no {device}")
    return device


# %% wrong: drops_the_index
# fails: pick-device-test-wanted
# says: asked for cuda:1
def pick_device(wanted=None):
    there = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    if wanted is None:
        return torch.device(next(kind for kind in there if there[kind]))
    device = torch.device(wanted)
    if (device.index or 0) >= there[device.type]:
        raise ValueError(f"no {device}")
    return torch.device(device.type)


# %% wrong: returns_a_string
# fails: pick-device-test-best
# says: return a torch.device, not 'cpu'
# fails: pick-device-test-wanted
def pick_device(wanted=None):
    there = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    if wanted is None:
        return next(kind for kind in there if there[kind])
    device = torch.device(wanted)
    if (device.index or 0) >= there[device.type]:
        raise ValueError(f"no {device}")
    return wanted


# %% wrong: strings_alone
# fails: pick-device-test-wanted
def pick_device(wanted=None):
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there = ["mps", "mps:0", "cpu"]
    if torch.cuda.is_available():
        there = ["cuda", "cpu"]
        there += ["cuda:" + str(i) for i in range(torch.cuda.device_count())]
    if wanted is None:
        return torch.device(there[0])
    if not wanted.startswith(tuple(there)) or wanted not in there:
        raise ValueError("no " + wanted)
    return torch.device(wanted)


# %% wrong: runtime_error
# fails: pick-device-test-missing
# says: but RuntimeError
def pick_device(wanted=None):
    there = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    if wanted is None:
        return torch.device(next(kind for kind in there if there[kind]))
    device = torch.device(wanted)
    if (device.index or 0) >= there[device.type]:
        raise RuntimeError(f"no {device}")
    return device


# %% wrong: error_without_a_name
# fails: pick-device-test-missing
# says: but ValueError('not available')
def pick_device(wanted=None):
    there = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    if wanted is None:
        return torch.device(next(kind for kind in there if there[kind]))
    device = torch.device(wanted)
    if (device.index or 0) >= there[device.type]:
        raise ValueError("not available")
    return device


# %% wrong: assert_instead_of_an_error
# fails: pick-device-test-missing
# says: but AssertionError
def pick_device(wanted=None):
    there = {
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
        "cpu": 1,
    }
    if wanted is None:
        return torch.device(next(kind for kind in there if there[kind]))
    device = torch.device(wanted)
    assert (device.index or 0) < there[device.type], f"no {device}"
    return device


# %% wrong: mps_first
# fails: pick-device-test-best
# says: CUDA and MPS there: CUDA comes first, not mps
def pick_device(wanted=None):
    if wanted is None:
        if torch.backends.mps.is_available():
            return torch.device("mps")
        return (
            torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")
        )
    wanted = torch.device(wanted)
    n = {
        "cuda": torch.cuda.device_count() * torch.cuda.is_available(),
        "mps": int(torch.backends.mps.is_available()),
    }
    if wanted.type != "cpu" and (wanted.index or 0) >= n[wanted.type]:
        raise ValueError(str(wanted))
    return wanted


# %% wrong: zero_is_falsy
# fails: pick-device-test-missing
# says: returned', device(type='cuda', index=
def pick_device(wanted=None):
    if wanted is None:
        return torch.device(
            "cuda"
            if torch.cuda.is_available()
            else "mps"
            if torch.backends.mps.is_available()
            else "cpu"
        )
    wanted = torch.device(wanted)
    n = {
        "cpu": 1,
        "cuda": torch.cuda.device_count() * torch.cuda.is_available(),
        "mps": int(torch.backends.mps.is_available()),
    }
    if wanted.type == "cpu":
        return wanted
    if wanted.index is None and not n[wanted.type]:
        raise ValueError(str(wanted))
    if wanted.index and wanted.index >= n[wanted.type]:
        raise ValueError(str(wanted))
    return wanted


# %% wrong: cpu_index_dropped
# fails: pick-device-test-wanted
# says: index as given: cpu
def pick_device(wanted=None):
    if wanted is None:
        return torch.device(
            "cuda"
            if torch.cuda.is_available()
            else "mps"
            if torch.backends.mps.is_available()
            else "cpu"
        )
    if str(wanted).startswith("cpu"):
        return torch.device("cpu")
    wanted = torch.device(wanted)
    n = {
        "cuda": torch.cuda.device_count() * torch.cuda.is_available(),
        "mps": int(torch.backends.mps.is_available()),
    }
    if (wanted.index or 0) >= n[wanted.type]:
        raise ValueError(str(wanted))
    return wanted


# %% wrong: error_returned
# fails: pick-device-test-missing
# says: MPS there, asked for cuda: no ValueError naming it, but
def pick_device(wanted=None):
    if wanted is None:
        return torch.device(
            "cuda"
            if torch.cuda.is_available()
            else "mps"
            if torch.backends.mps.is_available()
            else "cpu"
        )
    wanted = torch.device(wanted)
    n = {
        "cuda": torch.cuda.device_count() * torch.cuda.is_available(),
        "mps": int(torch.backends.mps.is_available()),
    }
    if wanted.type != "cpu" and (wanted.index or 0) >= n[wanted.type]:
        return ValueError(str(wanted))
    return wanted


# %% wrong: tries_a_tensor
# fails: pick-device-test-wanted
# says: as string and as device: ValueError(
def pick_device(wanted=None):
    if wanted is None:
        return torch.device(
            "cuda"
            if torch.cuda.is_available()
            else "mps"
            if torch.backends.mps.is_available()
            else "cpu"
        )
    wanted = torch.device(wanted)
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"{wanted} is not available") from error
    return wanted
