"""Whether the machine is about to be taken away."""

import signal

import tensorflow as tf


class StopSignal:
    """Whether some worker was told to end, by SIGTERM or Ctrl-C.

    Clouds send SIGTERM before they take a machine back. A second signal ends
    the process at once.

        with StopSignal() as stop:
            while not stop.received():
                ...
    """

    def __enter__(self):
        self._received = False
        self._before = {
            number: signal.signal(number, self._receive)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        return self

    def __exit__(self, *exception):
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def received(self) -> bool:
        """Whether any worker received one: all of them learn it together."""
        strategy = tf.distribute.get_strategy()
        flag = tf.constant(float(self._received))
        return bool(
            strategy.experimental_local_results(_any_flag(strategy, flag))[0]
        )

    def _receive(self, number, frame):
        if self._received:
            self.__exit__()
            signal.raise_signal(number)
        self._received = True


@tf.function
def _any_flag(strategy, flag):
    def summed(flag):
        context = tf.distribute.get_replica_context()
        # Summed over devices only if it is a tensor of each of them.
        flag = tf.identity(flag)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, flag) > 0

    return strategy.run(summed, args=(flag,))
