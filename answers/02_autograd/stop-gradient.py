# Right and wrong answers to the exercise stop-gradient of 02_autograd.


# %% right: no_grad_and_mse
def next_guess_loss(values, rewards, discount):
    with torch.no_grad():
        target = rewards + discount * values[1:]
    return torch.nn.functional.mse_loss(values[:-1], target)


# %% right: loop
def next_guess_loss(values, rewards, discount):
    fixed = values.detach()
    losses = []
    for t in range(len(rewards)):
        target = rewards[t] + discount * fixed[t + 1]
        losses.append((values[t] - target) ** 2)
    return torch.stack(losses).mean()


# %% right: data_only_read
def next_guess_loss(values, rewards, discount):
    target = torch.add(rewards, values.data[1:], alpha=discount)
    return (target - values[:-1]).pow(2).sum() / len(rewards)


# %% right: inference_mode_then_difference
def next_guess_loss(values, rewards, discount):
    with torch.inference_mode():
        target = values[1:] * discount + rewards
    return (values[:-1] - target).square().mean()


# %% right: in_place_on_a_clone
def next_guess_loss(values, rewards, discount):
    target = values[1:].detach().clone()
    target *= discount
    target += rewards
    return ((values[:-1] - target) ** 2).mean()


# %% right: numbers_from_lists
def next_guess_loss(values, rewards, discount):
    later = values.tolist()[1:]
    target = [r + discount * v for r, v in zip(rewards.tolist(), later, strict=True)]
    return ((values[: len(rewards)] - torch.tensor(target)) ** 2).mean()


# %% wrong: target_trained
# fails: stop-gradient-test-gradient
# says: v₁ and v₂ get nothing for being targets
# pitfall: 13
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[1:]
    return ((values[:-1] - target) ** 2).mean()


# %% wrong: guess_held_fixed
# fails: stop-gradient-test-gradient
# says: the gradient should be [-1, 0, 0]
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[1:]
    return ((values[:-1].detach() - target) ** 2).mean()


# %% wrong: everything_held_fixed
# fails: stop-gradient-test-gradient
# says: the loss has no record
def next_guess_loss(values, rewards, discount):
    values = values.detach()
    target = rewards + discount * values[1:]
    return ((values[:-1] - target) ** 2).mean()


# %% wrong: all_under_no_grad
# fails: stop-gradient-test-gradient
# says: the loss has no record
@torch.no_grad()
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[1:]
    return ((values[:-1] - target) ** 2).mean()


# %% wrong: writes_through_data
# fails: stop-gradient-test-loss
# fails: stop-gradient-test-gradient
# pitfall: 13
def next_guess_loss(values, rewards, discount):
    target = values.data[1:]
    target *= discount
    target += rewards
    return ((values[:-1] - target) ** 2).mean()


# %% wrong: writes_through_data_late
# fails: stop-gradient-test-loss
# says: .data share memory
# pitfall: 13
def next_guess_loss(values, rewards, discount):
    guesses = values[:-1] * 1
    target = values.data[1:].mul_(discount).add_(rewards)
    return ((guesses - target) ** 2).mean()


# %% wrong: inference_mode_saved
# fails: stop-gradient-test-loss, stop-gradient-test-gradient
# says: Inference tensors cannot be saved
# pitfall: 17
def next_guess_loss(values, rewards, discount):
    with torch.inference_mode():
        target = rewards + discount * values[1:]
    return torch.nn.functional.mse_loss(values[:-1], target)


# %% wrong: inference_mode_for_all
# fails: stop-gradient-test-gradient
# says: the loss has no record
# pitfall: 17
def next_guess_loss(values, rewards, discount):
    with torch.inference_mode():
        target = rewards + discount * values[1:]
        return ((values[:-1] - target) ** 2).mean()


# %% wrong: switched_off
# fails: stop-gradient-test-loss
# says: requires_grad was changed
# fails: stop-gradient-test-gradient
def next_guess_loss(values, rewards, discount):
    values.requires_grad_(False)
    target = rewards + discount * values[1:]
    loss = ((values[:-1] - target) ** 2).mean()
    return loss


# %% wrong: sum_for_mean
# fails: stop-gradient-test-loss
# says: = 0.5, got 1
# fails: stop-gradient-test-gradient
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[1:].detach()
    return ((values[:-1] - target) ** 2).sum()


# %% wrong: wrong_way_round
# fails: stop-gradient-test-loss, stop-gradient-test-gradient
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[:-1].detach()
    return ((values[1:] - target) ** 2).mean()


# %% wrong: discount_on_everything
# fails: stop-gradient-test-loss, stop-gradient-test-gradient
def next_guess_loss(values, rewards, discount):
    target = discount * (rewards + values[1:].detach())
    return ((values[:-1] - target) ** 2).mean()


# %% wrong: returns_a_float
# fails: stop-gradient-test-loss, stop-gradient-test-gradient
# says: return a tensor, not float
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[1:].detach()
    return ((values[:-1] - target) ** 2).mean().item()


# %% wrong: one_per_move
# fails: stop-gradient-test-loss
# says: shape ()
# fails: stop-gradient-test-gradient
# says: scalar outputs
def next_guess_loss(values, rewards, discount):
    target = rewards + discount * values[1:].detach()
    return (values[:-1] - target) ** 2
