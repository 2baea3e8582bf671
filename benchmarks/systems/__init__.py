"""The systems that are compared. Those of steps have one function.

    training_step(vocab_size, layers, hidden, heads, inner, batch, *, dtype,
                  xla) -> function that takes one step and waits for its loss

`batch` is ids int32 [B, S], positions int32 [B, P] and the ids there.
"""
