using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A handle on a libtorch tensor. It registers on the thread's innermost <see cref="DisposeScope"/>; without one its
    /// holder disposes it, and a finalizer releases what was forgotten.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long s_totalCount;
        private static long s_peakCount;

        private nint _handle;

        /// <summary>Takes over the reference that native code handed out; zero is the undefined tensor.</summary>
        internal Tensor(nint handle)
        {
            _handle = handle;
            if (handle == 0)
            {
                return;
            }

            var total = Interlocked.Increment(ref s_totalCount);
            s_peakCount = Math.Max(total, s_peakCount);
            OwningDisposeScope = DisposeScope.Register(this);
        }

        ~Tensor() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            // The exchange keeps a finalizer and a late Dispose from releasing the same reference twice.
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
            {
                return;
            }

            if (disposing)
            {
                OwningDisposeScope?.MarkAsDisposed(this);
            }

            Interlocked.Decrement(ref s_totalCount);
            Native.TensorFree(handle);
        }

        /// <summary>How many tensors are alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_totalCount);

        public static long PeakCount => Interlocked.Read(ref s_peakCount);

        internal DisposeScope? OwningDisposeScope { get; set; }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (other is not null)
            {
                other.Attach(this);
                return this;
            }

            return DetachFromDisposeScope();
        }

        public bool IsInvalid => _handle == 0;

        public nint Handle => _handle != 0
            ? _handle
            : throw new InvalidOperationException("The tensor is invalid: it was disposed, or it never had a value (a gradient of an unused input).");

        public ScalarType dtype => (ScalarType)Alive(Native.TensorDtype(Handle));

        public Device device => Device.Unpack(Alive(Native.TensorDevice(Handle)));

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public long ndim => Alive(Native.TensorDim(Handle));

        public long dim() => ndim;

        public long Dimensions => ndim;

        public long numel() => Alive(Native.TensorNumel(Handle));

        public long NumberOfElements => numel();

        public long ElementSize => dtype.ElementSize();

        public long element_size() => ElementSize;

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                fixed (long* start = sizes)
                {
                    Native.TensorSizes(Handle, start);
                }

                return Alive(sizes);
            }
        }

        public long[] size() => shape;

        public long size(int dim) => shape[Axis(dim)];

        public unsafe long[] stride()
        {
            var strides = new long[ndim];
            fixed (long* start = strides)
            {
                Native.TensorStrides(Handle, start);
            }

            return Alive(strides);
        }

        public long stride(int dim) => stride()[Axis(dim)];

        public long storage_offset() => Alive(Native.TensorStorageOffset(Handle));

        public bool is_contiguous() => Alive(Native.TensorIsContiguous(Handle));

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public override string ToString() =>
            IsInvalid ? "invalid tensor" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        /// <summary>Whether the two have the same shape and the same values.</summary>
        public bool Equals(Tensor target) => Aten.equal.Scalar(this, target).ToBoolean();

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        // Keeps this tensor, and with it the native one, until the native call that gave the result is over.
        private T Alive<T>(T result)
        {
            GC.KeepAlive(this);
            return result;
        }

        private int Axis(int dim)
        {
            var count = (int)ndim;
            return dim >= -count && dim < count
                ? dim < 0 ? dim + count : dim
                : throw new ArgumentOutOfRangeException(nameof(dim), dim, $"The tensor has {count} dimensions.");
        }
    }
}
