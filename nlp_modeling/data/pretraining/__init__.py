"""Turns documents into examples to pretrain on."""
