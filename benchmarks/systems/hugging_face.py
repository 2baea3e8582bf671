"""Hugging Face's masked-LM model in a PyTorch step; it scores all positions."""

import torch
import transformers


def training_step(
    vocab_size, layers, hidden, heads, inner, batch, *, dtype, xla
):
    ids, positions, labels = (torch.from_numpy(x).long() for x in batch)
    config = transformers.BertConfig(
        vocab_size=vocab_size,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        attn_implementation="sdpa",
    )
    model = transformers.BertForMaskedLM(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4)
    targets = torch.full_like(ids, -100).scatter(1, positions, labels)
    run = torch.compile(model) if xla else model

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == "bf16"):
            loss = run(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                token_type_ids=torch.zeros_like(ids),
                labels=targets,
            ).loss
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
