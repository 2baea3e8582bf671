"""Hugging Face's `Trainer`, set as our programs are when nothing is said."""


def trainer(
    model, tokenizer, examples, folder, batch, learning_rate, seed, **others
):
    """One epoch on two threads in float32, batches padded to their longest.

    Args:
        model, tokenizer: Of `transformers`.
        examples: List of dicts, the train set.
        folder: Where it may write.
        batch, learning_rate: Numbers; the rate warms up over a tenth.
        seed: Of the examples' order and dropout.
        **others: Of `transformers.Trainer`.
    """
    import torch
    import transformers

    torch.set_num_threads(2)
    return transformers.Trainer(
        model,
        transformers.TrainingArguments(
            str(folder),
            num_train_epochs=1,
            per_device_train_batch_size=batch,
            per_device_eval_batch_size=batch,
            learning_rate=learning_rate,
            warmup_steps=len(examples) // (10 * batch),
            weight_decay=0.01,
            seed=seed,
            report_to=[],
            use_cpu=True,
            dataloader_pin_memory=False,
            save_strategy="no",
        ),
        data_collator=transformers.DataCollatorWithPadding(tokenizer),
        train_dataset=examples,
        **others,
    )
