# Right and wrong answers to the exercise mixed-precision of 06_devices.


# %% right: amp_module
def mixed_step(model, loss_fn, optimizer, X, y, device):
    device_type = torch.device(device).type
    optimizer.zero_grad(set_to_none=True)
    with torch.amp.autocast(device_type, torch.bfloat16):
        y_hat = model(X)
        loss = loss_fn(y_hat, y)
    loss.backward()
    optimizer.step()
    return float(loss)


# %% right: type_of_the_batch
def mixed_step(model, loss_fn, optimizer, X, y, device):
    with torch.autocast(device_type=X.device.type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().item()


# %% right: closure
def mixed_step(model, loss_fn, optimizer, X, y, device):
    kind = str(device).split(":")[0]

    def closure():
        optimizer.zero_grad()
        with torch.autocast(kind, dtype=torch.bfloat16):
            loss = loss_fn(model(X), y)
        loss.backward()
        return loss

    return optimizer.step(closure).item()


# %% right: decorated_forward
def mixed_step(model, loss_fn, optimizer, X, y, device):
    @torch.autocast(torch.device(device).type, dtype=torch.bfloat16)
    def forward():
        return loss_fn(model(X), y)

    loss = forward()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.tolist()


# %% right: disabled_scaler
def mixed_step(model, loss_fn, optimizer, X, y, device):
    scaler = torch.amp.GradScaler(torch.device(device).type, enabled=False)
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


# %% wrong: no_autocast
# fails: mixed-precision-test-dtypes
# says: autocast?
# fails: mixed-precision-test-step
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: converts_the_model
# fails: mixed-precision-test-dtypes
# says: input and output of the forward passes
# fails: mixed-precision-test-step
# pitfall: 49
def mixed_step(model, loss_fn, optimizer, X, y, device):
    model.to(torch.bfloat16)
    optimizer.zero_grad()
    loss = loss_fn(model(X.to(torch.bfloat16)).float(), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: converts_the_model_as_well
# fails: mixed-precision-test-dtypes
# says: not float32
# fails: mixed-precision-test-step
# pitfall: 49
def mixed_step(model, loss_fn, optimizer, X, y, device):
    model.to(torch.bfloat16)
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: converts_and_back
# fails: mixed-precision-test-step
# says: was w rounded, or X @ w not?
# pitfall: 49
def mixed_step(model, loss_fn, optimizer, X, y, device):
    model.bfloat16()
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    model.float()
    optimizer.step()
    return loss.item()


# %% wrong: converts_the_batch
# fails: mixed-precision-test-dtypes
# says: input and output of the forward passes
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X.to(torch.bfloat16)), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: deprecated_name
# fails: mixed-precision-test-dtypes
# says: autocast?
# fails: mixed-precision-test-step
# says: is deprecated
# pitfall: 49
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.cuda.amp.autocast(dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: deprecated_cpu_name
# fails: mixed-precision-test-step
# says: is deprecated
# pitfall: 49
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.cpu.amp.autocast(dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: deprecated_scaler
# fails: mixed-precision-test-step
# pitfall: 49
def mixed_step(model, loss_fn, optimizer, X, y, device):
    scaler = torch.cuda.amp.GradScaler()
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


# %% wrong: always_cuda
# fails: mixed-precision-test-dtypes
# says: autocast?
# fails: mixed-precision-test-step
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast("cuda", dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: float16
# fails: mixed-precision-test-dtypes
# says: input and output of the forward passes
# fails: mixed-precision-test-step
# says: was w rounded, or X @ w not?
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.float16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: step_under_autocast
# fails: mixed-precision-test-step
# says: loss': True, 'backward': True, 'step': True, 'the end': False
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
    return loss.item()


# %% wrong: backward_under_autocast
# fails: mixed-precision-test-step
# says: loss': True, 'backward': True, 'step': False, 'the end': False
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
        loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: never_clears
# fails: mixed-precision-test-step
# says: is halved each time
def mixed_step(model, loss_fn, optimizer, X, y, device):
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: clears_after_alone
# fails: mixed-precision-test-step
# says: an old gradient took part
def mixed_step(model, loss_fn, optimizer, X, y, device):
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


# %% wrong: device_as_it_comes
# fails: mixed-precision-test-dtypes
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(device, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: type_of_a_string
# fails: mixed-precision-test-dtypes
# fails: mixed-precision-test-step
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: returns_the_tensor
# fails: mixed-precision-test-dtypes
# says: return a float, not Tensor
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss


# %% wrong: leaves_autocast_on
# fails: mixed-precision-test-step
# says: loss': True, 'backward': True, 'step': True, 'the end': True
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    torch.autocast(torch.device(device).type, dtype=torch.bfloat16).__enter__()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: own_optimizer
# fails: mixed-precision-test-dtypes
# says: calls, and the optimizer handed over has made
# fails: mixed-precision-test-step
# says: is halved each time
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: the_default_dtype
# fails: mixed-precision-test-dtypes
# says: what a device prefers may be torch.float16
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# torch 2.9 refuses this in backward; later versions compute, and the test speaks.
# %% wrong: loss_outside
# fails: mixed-precision-test-step
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        y_hat = model(X)
    loss = loss_fn(y_hat, y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: loss_outside_in_float
# fails: mixed-precision-test-step
# says: loss': False, 'backward': False, 'step': False, 'the end':
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        y_hat = model(X)
    loss = loss_fn(y_hat.float(), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: first_parameter_zeroed
# fails: mixed-precision-test-step
# says: an old gradient took part in the step
def mixed_step(model, loss_fn, optimizer, X, y, device):
    next(model.parameters()).grad = None
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: loss_rounded
# fails: mixed-precision-test-step
# says: is halved each time
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return round(loss.item(), 2)


# %% wrong: second_block_for_step
# fails: mixed-precision-test-step
# says: loss': True, 'backward': False, 'step': True, 'the end':
def mixed_step(model, loss_fn, optimizer, X, y, device):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = loss_fn(model(X), y)
    loss.backward()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        optimizer.step()
    return loss.item()


# %% right: exit_stack
def mixed_step(model, loss_fn, optimizer, X, y, device) -> float:
    with ExitStack() as stack:
        stack.enter_context(torch.autocast(X.device.type, torch.bfloat16))
        loss = loss_fn(model(X), y)
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().item()
