namespace TorchSharp;

/// <summary>
/// Owns the tensors created on its thread while it is the innermost scope, and releases them when it is disposed.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    // The innermost scope of the thread; a scope may be disposed on a thread other than the one it belongs to.
    [ThreadStatic]
    private static Chain? t_chain;

    private readonly Chain _chain;
    private DisposeScope? _outer;
    private HashSet<IDisposable> _held = new(ReferenceEqualityComparer.Instance);
    private bool _disposed;

    internal DisposeScope()
    {
        _chain = t_chain ??= new Chain();
        _outer = _chain.Innermost;
        _chain.Innermost = this;
    }

    private sealed class Chain
    {
        public DisposeScope? Innermost;
    }

    internal static DisposeScope? Current => t_chain?.Innermost;

    /// <summary>Registers a new tensor on the thread's innermost scope and returns that scope.</summary>
    internal static DisposeScope? Register(torch.Tensor tensor)
    {
        var scope = Current;
        scope?._held.Add(tensor);
        return scope;
    }

    public int DisposablesCount => Held.Count;

    public IReadOnlyList<IDisposable> DisposablesView => [.. Held];

    private HashSet<IDisposable> Held
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _held;
        }
    }

    public bool Contains(IDisposable disposable) => _held.Contains(disposable);

    /// <summary>Gives the held object to the enclosing scope, or to nobody where there is none.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(_outer, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(_outer, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(_outer, disposables);

    /// <summary>Gives the held object to another scope, or to nobody where that is null.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        Transfer(scope, disposable);
        return disposable;
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            Transfer(scope, disposable);
        }
    }

    /// <summary>Releases the held object from every scope: from now on its holder disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable =>
        (Detach(first), Detach(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (Detach(first), Detach(second), Detach(third));

    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    /// <summary>Takes an object from wherever it is held, or from nobody, into this scope.</summary>
    public void Attach(IDisposable disposable)
    {
        var tensor = AsTensor(disposable);
        if (tensor.OwningDisposeScope != this)
        {
            tensor.OwningDisposeScope?._held.Remove(tensor);
            Held.Add(tensor);
            tensor.OwningDisposeScope = this;
        }
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToList();
        attached.ForEach(Attach);
        return attached;
    }

    /// <summary>Disposes what is held so far; the scope stays open.</summary>
    public void DisposeEverything() => DisposeEverythingBut([]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var previous = Held;
        _held = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (var disposable in previous)
        {
            if (!_held.Contains(disposable))
            {
                disposable.Dispose();
            }
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    /// <summary>Forgets an object that was disposed on its own.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _held.Remove(disposable);
        AsTensor(disposable).OwningDisposeScope = null;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        DisposeEverything();
        _disposed = true;
        RemoveFromChain();
    }

    private void Transfer(DisposeScope? scope, IDisposable disposable)
    {
        if (!Held.Contains(disposable))
        {
            return;
        }

        if (scope is not null)
        {
            scope.Attach(disposable);
        }
        else
        {
            MarkAsDisposed(disposable);
        }
    }

    // Scopes may end in any order, so this one need not be the innermost.
    private void RemoveFromChain()
    {
        if (_chain.Innermost == this)
        {
            _chain.Innermost = _outer;
            return;
        }

        for (var inner = _chain.Innermost; inner is not null; inner = inner._outer)
        {
            if (inner._outer == this)
            {
                inner._outer = _outer;
                return;
            }
        }
    }

    private static torch.Tensor AsTensor(IDisposable disposable) =>
        disposable as torch.Tensor ?? throw new InvalidOperationException("A DisposeScope holds tensors only.");
}

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => new();

    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    /// <summary>Evaluates the expression and disposes its intermediate tensors.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
