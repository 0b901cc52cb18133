// TorchSharp hands numbers to libtorch as handles of objects that the garbage collector may free before the call has read them, if another thread
// allocates meanwhile. Training allocates on one thread, and so do these tests.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
