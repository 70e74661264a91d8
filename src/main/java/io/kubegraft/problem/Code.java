package io.kubegraft.problem;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What kinds of things go wrong. The code of each is stable: documents, scripts and people refer
/// to it. docs/problems.md is made from this list.
public enum Code {
  INPUT(
      Group.TYPED,
      "The command line can't be followed",
      "An option, an argument or a file that it names is wrong or missing. Nothing was "
          + "connected to. `kubegraft COMMAND --help` lists what there is."),
  INVENTORY(
      Group.TYPED,
      "The inventory can't be used as it stands",
      "A file of the inventory can't be read as Ansible reads it, or says something "
          + "about the cluster that can't be. The message names file and line. Nothing was "
          + "connected to."),
  INVENTORY_CONTRADICTS(
      Group.TYPED,
      "A variable says otherwise than the live cluster",
      "The cluster is taken as it is: newcomers are made like the nodes that are there, "
          + "and nothing is upgraded or moved on the way. So a variable that asks for another "
          + "version, network or runtime is refused, not passed over. Set the variable to "
          + "what the cluster has, or change the cluster first."),
  ADDRESS_UNKNOWN(
      Group.TYPED,
      "The inventory gives the host no address that it has",
      "A node is known to others by one address. Kubespray takes `ip`, else "
          + "`access_ip`, else the address of the default route. Here none of them is clear, "
          + "so `ip` (and `ip6` in clusters of two families) has to be given."),
  ADDRESS_TAKEN(
      Group.TYPED,
      "The host's address or name belongs to a live node",
      "Two machines at one address, or one machine under two names, would take each "
          + "other's place in the cluster. Mend the inventory, or the machine."),
  SSH_UNREACHABLE(
      Group.REACHING,
      "A host gives no SSH connection",
      "Its name is not found, it refuses the connection, there is no route, or nothing "
          + "answers in time. A host that is switched off looks like this. `ansible_host`, "
          + "`ansible_port` and the jump host are the inventory's part of it."),
  SSH_NO_WAY_ON(
      Group.REACHING,
      "A host can't reach what it should lead to",
      "The SSH connection is there; what lies behind it (a port of another host, or of "
          + "the host itself) is refused or can't be reached from there."),
  SSH_HOST_KEY_UNKNOWN(
      Group.REACHING,
      "A host's key is not in known_hosts",
      "kubegraft never takes an unknown key on its own. Compare the fingerprint on the "
          + "host's console, then `kubegraft trust HOST` writes it down."),
  SSH_HOST_KEY_CHANGED(
      Group.REACHING,
      "A host shows another key than the one in known_hosts",
      "The host was installed anew, or somebody else answers at its address. Find out "
          + "which before the old key is taken out."),
  SSH_LOGIN(
      Group.REACHING,
      "A host does not let us in",
      "No key and no password was accepted. The message says which were tried, for "
          + "which user."),
  SUDO(
      Group.REACHING,
      "We did not become root on a host",
      "sudo refused, or wants a password that was not given or is wrong. `-b` uses "
          + "sudo, `-K` asks for its password."),
  REMOTE_DEADLINE(
      Group.REACHING,
      "A command on a host did not end in time",
      "It was ended, or its connection was closed. The host may be overloaded or its "
          + "disk slow."),
  REMOTE_COMMAND(
      Group.REACHING,
      "A command on a host failed",
      "Its last lines are in the message; they say what was in the way."),
  SSH_LOST(
      Group.REACHING,
      "A connection broke while it was in use",
      "The network, the host or its sshd ended it. What the step had done until then is "
          + "seen by the next `kubegraft apply`, which goes on from there."),
  INTERRUPTED(
      Group.REACHING,
      "It was interrupted",
      "Somebody pressed Ctrl-C, or the process was told to end. The step in hand is "
          + "finished where that is possible. `kubegraft apply` goes on from what it sees."),
  CLUSTER_UNREACHABLE(
      Group.CLUSTER,
      "No control plane of the inventory answers",
      "kubegraft reads the cluster through the first control plane on which an API "
          + "server answers, over SSH. None does: the hosts can't be reached, or their API "
          + "servers don't run."),
  CLUSTER_UNREADABLE(
      Group.CLUSTER,
      "The cluster can't be read",
      "An answer did not come, or is not what such a cluster answers."),
  API_NOT_READY(
      Group.CLUSTER,
      "An API server is not ready",
      "Before anything is changed every API server that the run relies on must answer "
          + "/readyz with ok. What is unknown is not taken for healthy."),
  API_REFUSED(
      Group.CLUSTER,
      "The Kubernetes API refused a request",
      "An admission webhook, a quota or missing rights. The server's own words are in "
          + "the message."),
  ETCD_UNHEALTHY(
      Group.CLUSTER,
      "etcd is not healthy",
      "Before anything is changed all members must answer, agree on one leader, and "
          + "belong to one cluster. A member that is down is brought back first: adding "
          + "another one while one is missing is how quorum is lost."),
  ETCD_QUORUM_LOST(
      Group.CLUSTER,
      "etcd has lost its quorum",
      "More than half of its members must answer, and they don't. Pods that run go on, but nothing "
          + "can be read or changed through the API. Bring one of the members that are down back; "
          + "its data come back with it. Nothing is to be removed or started anew for that."),
  ETCD_SEVERAL_CLUSTERS(
      Group.CLUSTER,
      "etcd's members belong to more than one cluster",
      "They answer with different cluster IDs, so some of them hold other data. Which "
          + "is the right one is for a person to say."),
  ETCD_UNFINISHED_MEMBER(
      Group.CLUSTER,
      "etcd has an unfinished member",
      "It was added and never started, or never got its vote. While it is there no "
          + "other member is added. If its host is part of the plan, the run finishes it; "
          + "else it has to be taken out."),
  ETCD_NAME_TAKEN(
      Group.CLUSTER,
      "Two members of etcd would have one name",
      "Kubespray's files find members by their names. Each member needs its own."),
  ETCD_TOO_OLD(
      Group.CLUSTER,
      "etcd is too old to grow safely",
      "Members are added as learners, which have no vote until they have caught up. "
          + "etcd has them from 3.4 on."),
  ETCD_OTHER(
      Group.CLUSTER,
      "The inventory names another etcd",
      "No host of its etcd group is a member of the live etcd. Adding them would begin "
          + "another etcd beside the one that serves."),
  ETCD_QUORUM(
      Group.CLUSTER,
      "etcd would lose its quorum on the way",
      "The change is simulated member by member. At no moment may fewer members be able "
          + "to vote than a quorum needs."),
  ETCD_EVEN(
      Group.CLUSTER,
      "etcd would end with an even number of members",
      "Four members tolerate the loss of one, as three do, and need three to agree instead "
          + "of two. `--accept-even` does it all the same."),
  ETCD_STACKED(
      Group.CLUSTER,
      "kubeadm runs this cluster's etcd itself",
      "This version grows etcd that runs beside Kubernetes (Kubespray's "
          + "etcd_deployment_type=host). Workers can be added."),
  ETCD_CA_KEY(
      Group.CLUSTER,
      "The key that signs etcd's certificates is not found",
      "New members and control planes need certificates, signed by ca-key.pem, which "
          + "lies on one of the members' hosts, with openssl beside it."),
  ETCD_LEFTOVER(
      Group.CLUSTER,
      "The host has data of an etcd member",
      "Somebody may need them. kubegraft never starts a member on old data, and never "
          + "deletes any. Look whose they are; if nobody needs them, move them aside."),
  CONTROL_PLANES_GONE(
      Group.CLUSTER,
      "No live control plane is left in the inventory",
      "Its kube_control_plane group names none of the control planes that serve. "
          + "Nothing would be left of those that hold the cluster."),
  CLOCK_UNKNOWN(
      Group.CLUSTER,
      "There is no clock to compare with",
      "Newcomers' clocks are held against the control plane's through which the cluster "
          + "is read. It could not be looked at."),
  COMPONENTS_DIFFER(
      Group.CLUSTER,
      "kubeadm-config is not what runs",
      "kubeadm writes a new control plane's static pods from ConfigMap "
          + "kube-system/kubeadm-config. Where that differs from what its siblings run, the "
          + "new one would behave otherwise than they do."),
  VERSION_SKEW(
      Group.CLUSTER,
      "Versions would not fit beside each other",
      "A kubelet is never newer than an API server, and at most three minor releases "
          + "older (two before 1.28). Control planes are within one minor release of each "
          + "other."),
  NOT_SUPPORTED(
      Group.CLUSTER,
      "This version can't do it for such a cluster",
      "What is asked for is possible, and another tool does it. The message says which "
          + "part is missing here."),
  HOST_ROLE_CHANGE(
      Group.JOINING,
      "A node would change its role while it serves",
      "A worker does not become a control plane while pods run on it. It can leave as a "
          + "worker and come back."),
  DONOR(
      Group.JOINING,
      "There is no donor, or it can't be read",
      "A newcomer is modelled on a Ready node of its role, with the same architecture, "
          + "family of systems and container runtime. `--donor HOST` names one."),
  HOST_ROOT(
      Group.JOINING,
      "We are not root on the host",
      "Log in as root, or as a user with sudo (`-b`)."),
  HOST_SYSTEM(
      Group.JOINING,
      "The host's system is not like its donor's",
      "Architecture, family of systems, SELinux, init: programs and settings come from "
          + "the donor, so the two must be alike."),
  HOST_LIBC(
      Group.JOINING,
      "The host can't load the donor's programs",
      "Programs that aren't static need the loader and a libc as new as on the host "
          + "that they come from."),
  HOST_LEFTOVER(
      Group.JOINING,
      "The host has something of a cluster already",
      "It was a node before, or is one now. A node in service is never touched; what is "
          + "left of an old one is moved aside first."),
  HOST_FIREWALL(
      Group.JOINING,
      "A firewall is on that its siblings don't have",
      "Kubespray leaves firewalls alone, so a node whose siblings have none must have "
          + "none, or be open for the same ports."),
  HOST_KERNEL(
      Group.JOINING,
      "The kernel is too old, or lacks something",
      "Its version, a module, a setting or a cgroup controller that a node needs. A new "
          + "kernel takes a reboot, so nobody does it unasked."),
  HOST_CLOCK(
      Group.JOINING,
      "The clock is off",
      "Certificates are valid from the moment they are signed, leases and etcd compare "
          + "clocks. More than two seconds are too much."),
  HOST_NAME(
      Group.JOINING,
      "The host's name does not do",
      "Node names are lower-case letters, digits, `-` and `.`, at most 63 characters, "
          + "and no other node's."),
  HOST_CLONED(
      Group.JOINING,
      "The machine is a clone of a node",
      "It has the machine-id or the product UUID of a live node. Network plugins and "
          + "virtual machine managers tell machines apart by them."),
  HOST_PORTS(
      Group.JOINING,
      "A port that the node needs is taken",
      "Some other program listens there. See which, and stop it or move it."),
  HOST_SIZE(
      Group.JOINING,
      "The machine is too small",
      "Too few processors or too little memory for its role: kubeadm's and Kubespray's "
          + "own limits."),
  HOST_DISK(
      Group.JOINING,
      "There is too little room on a disk",
      "Room is wanted where images, pods, programs and etcd's data will lie."),
  HOST_TOOLS(
      Group.JOINING,
      "Commands are missing on the host",
      "What a node needs beyond what is copied to it. They come from the host's own "
          + "package manager."),
  HOST_NEEDS(
      Group.JOINING,
      "A file is missing that the donor's configuration names",
      "No step brings it: it belongs to a package, or to the system."),
  HOST_API(
      Group.JOINING,
      "The host does not reach the API",
      "A route or a packet filter is in the way from there."),
  HOST_KUBELET(
      Group.JOINING,
      "Its kubelet would not register as it should",
      "Under which name, with which addresses, labels and taints: it follows from "
          + "kubelet.env and the kubelet's unit, as the donor has them."),
  HOST_UNKNOWN(
      Group.JOINING,
      "Something that matters could not be seen on the host",
      "What could not be seen is not taken for well. The command shows it."),
  LOCKED(
      Group.BEFORE,
      "Another run is at work on this cluster",
      "One run at a time, from whichever machine: the Lease kube-system/kubegraft says "
          + "whose it is and how old."),
  NOT_CONFIRMED(
      Group.BEFORE,
      "It was not confirmed",
      "`apply` asks before it changes anything, and goes on only after `yes`. `--yes` does not ask."),
  PLAN_CHANGED(
      Group.BEFORE,
      "The cluster is no longer as it was planned for",
      "Between plan and start something changed; the message says what. Nothing was done. With "
          + "`--yes`, or where only less is left to do, the run goes on with the plan as it is now."),
  NOT_WELL(
      Group.BEFORE,
      "Something is not well that must be before this step",
      "Right before a step that restarts something, joins a node or changes etcd's "
          + "members, everything is looked at afresh. The step was not begun."),
  STATE_FOLDER(
      Group.BEFORE,
      "The run can't be kept on disk",
      "Each run writes its plan and what it does to $XDG_STATE_HOME/kubegraft (or "
          + "~/.local/state/kubegraft) before it does it. The folder can't be written to."),
  MEND_FAILED(
      Group.STEPS,
      "Something on the host could not be mended",
      "The message says what was tried and what the host said."),
  COPY_FAILED(
      Group.STEPS,
      "A file did not arrive as it should",
      "After copying, contents, size, owner or mode are not those of the model. A full "
          + "disk is the usual reason."),
  TRACES(
      Group.STEPS,
      "A file would carry the donor's identity over",
      "Texts of the donor are rewritten for the newcomer, then searched for what is "
          + "left of the donor. Something was, so nothing was written."),
  PACKAGE(
      Group.STEPS,
      "The package manager can't install what the donor has",
      "Another version is never taken for it, because nobody has run it in this cluster."),
  IMAGES(
      Group.STEPS,
      "Images are missing on the host",
      "Nothing starts there without them; they could neither be copied from the donor "
          + "nor pulled."),
  JOIN(
      Group.STEPS,
      "kubeadm did not join the host",
      "kubeadm's own words are in the message. What it had done until then is found and "
          + "gone on with by the next `kubegraft apply`."),
  NODE_NOT_READY(
      Group.STEPS,
      "The node is not proven",
      "It is Ready, has its labels and taints, and every DaemonSet's pod runs on it: "
          + "one of these does not hold. Until it does the node keeps the taint "
          + "kubegraft.io/grafting, so that no other pod comes to it. A DaemonSet whose pod is "
          + "ready on no node at all is not waited for; of any other, "
          + "`--accept-daemonset NAMESPACE/NAME` says that new nodes may go without its pod."),
  NO_DAEMONSET(
      Group.STEPS,
      "There is no DaemonSet of that name",
      "`--accept-daemonset` names one as NAMESPACE/NAME, and the cluster has none of that name."),
  CERTIFICATE_REQUEST(
      Group.STEPS,
      "A certificate request waits",
      "A kubelet asks the cluster for its serving certificate, and nobody has approved "
          + "it. `--approve-serving-csr` lets kubegraft do it."),
  ETCD_CERTIFICATES(
      Group.STEPS,
      "etcd certificates are not as they should be",
      "Each member and control plane has pairs of its own, in Kubespray's names."),
  ETCD_SNAPSHOT(
      Group.STEPS,
      "There is no good snapshot of etcd",
      "Before its members change one is taken, and looked at before it counts. Without "
          + "a good one nothing changes."),
  ETCD_PREFLIGHT(
      Group.STEPS,
      "A host can't become an etcd member",
      "Its disk, its room, and the ways to and from all that will talk to it were tried "
          + "before anything was added."),
  ETCD_LEARNER(
      Group.STEPS,
      "A new member did not catch up",
      "It was added without a vote, so quorum never changed. Where it could be, it was "
          + "taken back."),
  ETCD_PROMOTE(
      Group.STEPS,
      "A new member gets no vote",
      "It stays a learner, which counts for nothing, until what is in the way is " + "mended."),
  ETCD_LIST(
      Group.STEPS,
      "The list of members on a host is not up to date",
      "/etc/etcd.env names the members for the next start."),
  KUBEADM_CONFIG(
      Group.STEPS,
      "kubeadm-config can't be changed",
      "ConfigMap kube-system/kubeadm-config is what every later join starts from."),
  API_SERVER_UPDATE(
      Group.STEPS,
      "An API server was not brought up to date",
      "Its certificate or its list of etcd members. One that did not come up again was "
          + "put back to what it was."),
  PROXY(
      Group.STEPS,
      "A worker's local proxy was not brought up to date",
      "It leads kubelet and kube-proxy to all API servers."),
  NODE_FILE(
      Group.STEPS,
      "A file of the node is not as it should be",
      "It was just written, or is needed and not there. Somebody else may write it."),
  DEFECT(
      Group.ELSE,
      "A defect of kubegraft",
      "Something happened that it has no answer for. Please report it with the lines "
          + "that follow it.");

  private final Group group;
  private final String title;
  private final String more;

  Code(Group group, String title, String more) {
    this.group = group;
    this.title = title;
    this.more = more;
  }

  /// Where it belongs.
  public enum Group {
    TYPED("What was typed, and the inventory"),
    REACHING("Reaching hosts"),
    CLUSTER("The cluster as a whole"),
    JOINING("Hosts that are to join"),
    BEFORE("Before a run"),
    STEPS("Steps"),
    ELSE("Else");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  /// As it is shown: `KG-ETCD-LEFTOVER`.
  public String id() {
    return "KG-" + name().replace('_', '-');
  }

  public Group group() {
    return group;
  }

  /// What it is, in a few words.
  public String title() {
    return title;
  }

  /// What it means and what to think of.
  public String more() {
    return more;
  }

  /// By what is shown of it, in whatever case, with or without `KG-`.
  public static Optional<Code> of(String id) {
    String name = id.strip().toUpperCase(Locale.ROOT).replaceFirst("^KG-", "");
    return Arrays.stream(values()).filter(code -> code.id().equals("KG-" + name)).findFirst();
  }
}
