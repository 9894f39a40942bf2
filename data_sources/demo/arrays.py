"""Names the kinds of arrays that the demonstration is made of."""

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
Days = npt.NDArray[np.datetime64]
