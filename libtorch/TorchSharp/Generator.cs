namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = InitializeDevice(device);
            _handle = Native.Check(Native.GeneratorNew(this.device.Packed, seed));
        }

        private Generator(nint handle, Device device)
        {
            this.device = device;
            _handle = handle;
        }

        ~Generator() => Dispose(false);

        /// <summary>The CPU generator used where none is given.</summary>
        public static Generator Default => new(Native.Check(Native.GeneratorDefault(CPU.Packed)), CPU);

        public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.GeneratorSeed(Handle, seed));
            GC.KeepAlive(this);
            return this;
        }

        public long seed()
        {
            var seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => Native.GeneratorInitialSeed(Handle);

        public Tensor get_state() => new(Native.Check(Native.GeneratorState(Handle)));

        public void set_state(Tensor value) => Native.Check(Native.GeneratorSetState(Handle, value.Handle));

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
            {
                Native.GeneratorFree(handle);
            }
        }
    }

    /// <summary>Seeds the default generators of every device.</summary>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.ManualSeed(seed));
        return Generator.Default;
    }

    public static long initial_seed()
    {
        using var generator = Generator.Default;
        return generator.initial_seed();
    }

    public static Tensor get_rng_state()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    public static void set_rng_state(Tensor new_state)
    {
        using var generator = Generator.Default;
        generator.set_state(new_state);
    }

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
