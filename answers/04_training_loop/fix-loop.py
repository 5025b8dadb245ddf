# Right and wrong answers to the exercise fix-loop of 04_training_loop.


# %% right: flattened_and_cleared_after_step
def finetune(model, head, loader, epochs, lr):
    model.head = head
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    history = []
    for epoch in range(epochs):
        for X, y in loader:
            loss = loss_fn(model(X).flatten(), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            optimizer.step()
            optimizer.zero_grad()
        history.append(float(loss))
        scheduler.step()
    return history


# %% right: targets_as_column
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X), y.unsqueeze(1))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% right: functional
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(model(X)[:, 0], y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% right: rate_set_by_hand
def finetune(model, head, loader, epochs, lr):
    setattr(model, "head", head)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = lr * 0.5**epoch
        for X, y in loader:
            model.zero_grad(set_to_none=False)
            loss = nn.BCEWithLogitsLoss()(model(X).view(-1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(list(model.parameters()), 1)
            optimizer.step()
            last = loss.detach().item()
        history += [last]
    return history


# %% right: closure
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.5**epoch)
    history = []
    for _ in range(epochs):
        for X, y in loader:

            def closure():
                optimizer.zero_grad()
                loss = nn.BCEWithLogitsLoss()(model(X).squeeze(dim=-1), y)
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                return loss

            loss = optimizer.step(closure)
        scheduler.step()
        history.append(loss.item())
    return history


# %% right: head_added_to_the_optimizer
def finetune(model, head, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.body.parameters(), lr=lr)
    optimizer.add_param_group({"params": head.parameters()})
    model.head = head
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: optimizer_before_the_head
# fails: fix-loop-test-first
# says: get its weights?
# fails: fix-loop-test-steps
# pitfall: 38
def finetune(model, head, loader, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    model.head = head
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: head_alone_is_trained
# fails: fix-loop-test-first
# says: get its weights?
# fails: fix-loop-test-steps
# pitfall: 38
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(head.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: copies_the_head
# fails: fix-loop-test-first
# says: get its weights?
# fails: fix-loop-test-steps
# pitfall: 38
def finetune(model, head, loader, epochs, lr):
    model.head = copy.deepcopy(head)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: cross_entropy_of_floats
# fails: fix-loop-test-first
# says: for yes, no cost 0.3133
# fails: fix-loop-test-steps
# pitfall: 29
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: cross_entropy_of_one_class
# fails: fix-loop-test-first
# says: for yes, no cost 0.3133
# fails: fix-loop-test-steps
# pitfall: 29
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(X), y.unsqueeze(1))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: cross_entropy_of_class_numbers
# fails: fix-loop-test-first
# fails: fix-loop-test-steps
# pitfall: 29
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(X), y.long())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: squared_error
# fails: fix-loop-test-first
# says: for yes, no cost 0.3133
# fails: fix-loop-test-steps
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.MSELoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: sigmoid_twice
# fails: fix-loop-test-first
# says: for yes, no cost 0.3133
# fails: fix-loop-test-steps
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(torch.sigmoid(model(X)).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: clears_once_per_epoch
# fails: fix-loop-test-steps
# pitfall: 31
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        optimizer.zero_grad()
        for X, y in loader:
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: never_clears
# fails: fix-loop-test-steps
# pitfall: 31
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: clips_before_backward
# fails: fix-loop-test-steps
# says: clip between backward and step
# pitfall: 36
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            loss.backward()
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: clips_after_step
# fails: fix-loop-test-steps
# says: clip between backward and step
# pitfall: 36
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            optimizer.step()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: scheduler_before_the_optimizer
# fails: fix-loop-test-first
# fails: fix-loop-test-steps
# says: halve the rate after the epoch's steps
# pitfall: 36
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        scheduler.step()
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        history.append(loss.item())
    return history


# %% wrong: scheduler_at_every_batch
# fails: fix-loop-test-steps
# says: at its epoch's rate
# pitfall: 36
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: no_clipping
# fails: fix-loop-test-steps
# says: clip between backward and step
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: clips_each_entry
# fails: fix-loop-test-steps
# says: clip between
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_value_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: history_of_tensors
# fails: fix-loop-test-first
# says: why no tensor?
# pitfall: 33
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss)
    return history


# %% wrong: history_of_detached_tensors
# fails: fix-loop-test-first
# says: why no tensor?
# pitfall: 33
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.detach())
    return history


# %% wrong: forgets_to_return
# fails: fix-loop-test-first
def finetune(model, head, loader, epochs, lr):
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())


# %% wrong: mean_of_epoch
# fails: fix-loop-test-first
# says: two epochs end with a batch that costs
def finetune(model, head, loader, epochs, lr):
    """Train model with a new head on yes or no; return one loss per epoch."""
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        total = []
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            total.append(loss.item())
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(sum(total) / len(total))
    return history


# %% wrong: loss_of_first_batch
# fails: fix-loop-test-first
# says: two epochs end with a batch that costs
def finetune(model, head, loader, epochs, lr):
    """Train model with a new head on yes or no; return one loss per epoch."""
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        first = None
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            first = loss.item() if first is None else first
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(first)
    return history


# %% wrong: one_per_batch
# fails: fix-loop-test-first
# says: two epochs end with a batch that costs
def finetune(model, head, loader, epochs, lr):
    """Train model with a new head on yes or no; return one loss per epoch."""
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            history.append(loss.item())
        scheduler.step()
    return history


# %% wrong: train_mode
# fails: fix-loop-test-first
# says: the model's mode should stay as it is
def finetune(model, head, loader, epochs, lr):
    """Train model with a new head on yes or no; return one loss per epoch."""
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    model.train()
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history


# %% wrong: eval_mode_at_end
# fails: fix-loop-test-first
# says: the model's mode should stay as it is
def finetune(model, head, loader, epochs, lr):
    """Train model with a new head on yes or no; return one loss per epoch."""
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in loader:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    model.eval()
    return history


# %% wrong: batches_reversed
# fails: fix-loop-test-first
# says: two epochs end with a batch that costs
def finetune(model, head, loader, epochs, lr):
    """Train model with a new head on yes or no; return one loss per epoch."""
    model.head = head
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    history = []
    for _ in range(epochs):
        for X, y in list(loader)[::-1]:
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(model(X).squeeze(1), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        scheduler.step()
        history.append(loss.item())
    return history
