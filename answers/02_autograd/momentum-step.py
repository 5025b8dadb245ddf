# Right and wrong answers to the exercise momentum-step of 02_autograd.


# %% right: by_index
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for i in range(len(params)):
            if params[i].grad is None:
                continue
            velocities[i] = momentum * velocities[i] + params[i].grad
            params[i] -= lr * velocities[i]


# %% right: decorated_with_alpha
@torch.no_grad()
def momentum_step(params, velocities, lr, momentum):
    for p, v in zip(params, velocities, strict=True):
        if p.grad is not None:
            v *= momentum
            v += p.grad
            p.add_(v, alpha=-lr)


# %% right: copy_into
def momentum_step(params, velocities, lr, momentum):
    for i, p in enumerate(params):
        if p.grad is not None:
            velocities[i] = torch.add(p.grad, velocities[i], alpha=momentum)
            with torch.no_grad():
                p.copy_(p - lr * velocities[i])


# %% right: foreach
def momentum_step(params, velocities, lr, momentum):
    pairs = [(p, v) for p, v in zip(params, velocities, strict=True)]
    pairs = [(p, v) for p, v in pairs if p.grad is not None]
    ps, vs = [p for p, _ in pairs], [v for _, v in pairs]
    with torch.no_grad():
        torch._foreach_mul_(vs, momentum)
        torch._foreach_add_(vs, [p.grad for p in ps])
        torch._foreach_add_(ps, vs, alpha=-lr)


# %% right: through_data
def momentum_step(params, velocities, lr, momentum):
    for p, v in zip(params, velocities, strict=True):
        if p.grad is None:
            continue
        v.data = momentum * v.data + p.grad.data
        p.data = p.data - lr * v.data


# %% right: inference_mode_all_in_place
def momentum_step(params, velocities, lr, momentum):
    with torch.inference_mode():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v.mul_(momentum).add_(p.grad)
                p.sub_(lr * v)


# %% right: lerp_free_loop_with_switch
def momentum_step(params, velocities, lr, momentum):
    for i, (p, v) in enumerate(zip(params, velocities, strict=True)):
        g = p.grad
        if g is not None:
            velocities[i] = v * momentum + g
            with torch.set_grad_enabled(False):
                p -= velocities[i] * lr


# %% wrong: name_rebound
# fails: momentum-step-test-hand
# says: only gives the name p to a new one
# fails: momentum-step-test-torch
# says: step 1 is not that of SGD
# pitfall: 12
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v.mul_(momentum).add_(p.grad)
                p = p - lr * v


# %% wrong: list_rebound
# fails: momentum-step-test-hand
# says: change the tensor itself
# fails: momentum-step-test-torch
# pitfall: 12
def momentum_step(params, velocities, lr, momentum):
    for i, p in enumerate(params):
        if p.grad is not None:
            velocities[i] = momentum * velocities[i] + p.grad
            params[i] = (p - lr * velocities[i]).detach().requires_grad_()


# %% wrong: in_place_while_recording
# fails: momentum-step-test-hand, momentum-step-test-torch
# says: a leaf Variable that requires grad
# pitfall: 12
def momentum_step(params, velocities, lr, momentum):
    for p, v in zip(params, velocities, strict=True):
        if p.grad is not None:
            v.mul_(momentum).add_(p.grad)
            p -= lr * v


# %% wrong: leaf_switched_off
# fails: momentum-step-test-hand
# says: stay a leaf, requiring grad
# pitfall: 12
def momentum_step(params, velocities, lr, momentum):
    for p, v in zip(params, velocities, strict=True):
        if p.grad is not None:
            v.mul_(momentum).add_(p.grad)
            p.requires_grad_(False)
            p -= lr * v


# %% wrong: inference_mode
# fails: momentum-step-test-torch
# says: a velocity is an inference tensor
# pitfall: 17
def momentum_step(params, velocities, lr, momentum):
    with torch.inference_mode():
        for i, p in enumerate(params):
            if p.grad is not None:
                velocities[i] = momentum * velocities[i] + p.grad
                p -= lr * velocities[i]


# %% wrong: velocity_not_stored
# fails: momentum-step-test-hand
# says: velocities[0] should be
# fails: momentum-step-test-torch
# says: step 2
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v = momentum * v + p.grad
                p -= lr * v


# %% wrong: old_velocity
# fails: momentum-step-test-hand
# says: should be [0.86, 2.1]
# fails: momentum-step-test-torch
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                p -= lr * v
                v.mul_(momentum).add_(p.grad)


# %% wrong: averaged
# fails: momentum-step-test-hand
# says: 0.9 · (1, 0)
# fails: momentum-step-test-torch
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v.mul_(momentum).add_((1 - momentum) * p.grad)
                p -= lr * v


# %% wrong: no_check_for_none
# fails: momentum-step-test-torch
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v.mul_(momentum).add_(p.grad)
            p -= lr * v


# %% wrong: stops_at_none
# fails: momentum-step-test-torch
# says: step 1 is not that of SGD
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is None:
                break
            v.mul_(momentum).add_(p.grad)
            p -= lr * v


# %% wrong: rate_inside_the_velocity
# fails: momentum-step-test-hand
# says: should be [1.4, -1.0], got [0.95, -0.1]
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v.mul_(momentum).add_(lr * p.grad)
                p -= v


# %% right: torch_itself
def momentum_step(params, velocities, lr, momentum):
    optimizer = torch.optim.SGD(params, lr=lr, momentum=momentum)
    for p, v in zip(params, velocities, strict=True):
        optimizer.state[p]["momentum_buffer"] = v
    optimizer.step()


# %% wrong: none_as_zero
# fails: momentum-step-test-torch
# says: is not that of SGD
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v.mul_(momentum)
            if p.grad is not None:
                v.add_(p.grad)
            p -= lr * v


# %% wrong: none_fades
# fails: momentum-step-test-torch
# says: leave the velocity alone
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v.mul_(momentum)
            if p.grad is not None:
                v.add_(p.grad)
                p -= lr * v


# %% wrong: gradient_overwritten
# fails: momentum-step-test-hand
# says: the gradient was changed
# fails: momentum-step-test-torch
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for i, p in enumerate(params):
            if p.grad is not None:
                velocities[i] = p.grad.add_(momentum * velocities[i])
                p -= lr * velocities[i]


# %% wrong: gradient_cleared
# fails: momentum-step-test-hand
# says: the gradient was changed to [0.0, 0.0]
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v.mul_(momentum).add_(p.grad)
                p -= lr * v
                p.grad.zero_()


# %% wrong: first_velocity_is_the_gradient
# fails: momentum-step-test-torch
# says: step 2 is not that of SGD
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for i, p in enumerate(params):
            if p.grad is None:
                continue
            if velocities[i].abs().sum() == 0:
                velocities[i] = p.grad
            else:
                velocities[i] = momentum * velocities[i] + p.grad
            p -= lr * velocities[i]


# %% wrong: zero_gradient_skipped
# fails: momentum-step-test-torch
# says: step 2 is not that of SGD
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is None or not p.grad.any():
                continue
            v.mul_(momentum).add_(p.grad)
            p -= lr * v


# %% wrong: returns_velocities
# fails: momentum-step-test-hand
# says: return nothing
def momentum_step(params, velocities, lr, momentum):
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            if p.grad is not None:
                v.mul_(momentum).add_(p.grad)
                p -= lr * v
    return velocities


# %% equivalent: for p, v in zip(params, velocities, strict=True) => for p, v in zip(params, velocities)
# reason: the task says that the lists are of equal length

# %% equivalent: for p, v in zip(params, velocities, strict=True) => for p, v in zip(params, velocities, strict=False)
# reason: the task says that the lists are of equal length
