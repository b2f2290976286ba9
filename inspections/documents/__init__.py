"""Official documents (文书) on paper: what each kind says, how it looks, how it is printed and sealed. Data in, bytes out."""
