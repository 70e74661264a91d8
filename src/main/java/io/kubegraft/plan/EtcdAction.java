package io.kubegraft.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Steps that make a host an etcd member.
public sealed interface EtcdAction extends Action {
  /// Takes a snapshot on a member's host and checks it, before anything changes. It stays there.
  ///
  /// @param member name of the member that is asked
  /// @param clientUrl where it is asked
  /// @param folder where snapshots of ours lie on that host
  /// @param keep how many of ours are kept there, this one included
  record Snapshot(String member, String clientUrl, String folder, int keep) implements EtcdAction {
    @Override
    public List<PlannedFile> writes() {
      return List.of(PlannedFile.made(folder + "/", "etcdctl, a snapshot of " + member));
    }

    @Override
    public String kind() {
      return "snapshot";
    }

    @Override
    public String inWords() {
      return "take a snapshot of etcd from "
          + member
          + " into "
          + folder
          + ", and check its hash and revision";
    }
  }

  /// Makes key pairs for this host alone, signed by the cluster's etcd CA; no other certificate
  /// changes.
  ///
  /// @param signer inventory name of the host on which the CA's key lies
  /// @param folder where certificates lie, such as `/etc/ssl/etcd/ssl`
  /// @param pairs names without ending: `node-k8s-node2` stands for `node-k8s-node2.pem` and
  ///   `node-k8s-node2-key.pem`
  /// @param withCaKey whether the host gets the CA's key, as Kubespray gives it to etcd members
  /// @param links names that must lead to one of the pairs: link to target, names as in `pairs`
  record Certificates(
      String signer,
      String folder,
      List<String> pairs,
      List<String> dnsNames,
      List<String> addresses,
      boolean withCaKey,
      java.util.Map<String, String> links)
      implements EtcdAction {
    public Certificates {
      pairs = List.copyOf(pairs);
      dnsNames = List.copyOf(dnsNames);
      addresses = List.copyOf(addresses);
      links = java.util.Map.copyOf(links);
    }

    @Override
    public String kind() {
      return "etcd-certificates";
    }

    @Override
    public List<PlannedFile> writes() {
      List<PlannedFile> files = new ArrayList<>();
      files.add(new PlannedFile(folder + "/ca.pem", signer, "", 0));
      if (withCaKey) {
        files.add(new PlannedFile(folder + "/ca-key.pem", signer, "", 0));
      }
      for (String pair : pairs) {
        for (String end : List.of(".pem", "-key.pem")) {
          files.add(
              new PlannedFile(
                  folder + "/" + pair + end, signer, "made for this host, signed by etcd's CA", 0));
        }
      }
      links.forEach((link, target) ->
          files.add(new PlannedFile(folder + "/" + link, "kubegraft", "a link to " + target, 0)));
      return files;
    }

    @Override
    public String inWords() {
      return "make etcd certificates " + String.join(", ", pairs) + ", signed on " + signer;
    }

    @Override
    public List<String> others() {
      return List.of(signer);
    }
  }

  /// Brings etcd's programs, its unit and its environment from a member's host; starts nothing.
  ///
  /// @param name the member's name, `ETCD_NAME`
  /// @param files all of them, what is already there among them
  record CopyEtcd(
      String donor,
      Identity from,
      Identity to,
      String name,
      String peerUrl,
      String clientUrl,
      List<PlannedFile> files)
      implements EtcdAction {
    public CopyEtcd {
      files = List.copyOf(files);
    }

    @Override
    public String kind() {
      return "etcd-files";
    }

    @Override
    public List<PlannedFile> writes() {
      return files;
    }

    @Override
    public String inWords() {
      return "copy etcd ("
          + files.size()
          + (files.size() == 1 ? " file, " : " files, ")
          + Sizes.inWords(files.stream().mapToLong(PlannedFile::bytes).sum())
          + ") from "
          + donor
          + ", configured as member "
          + name;
    }

    @Override
    public List<String> others() {
      return List.of(donor);
    }
  }

  /// Tries what would make it a bad member: its disk, its room, and the ports between it and all
  /// who are members or will be. Changes nothing.
  ///
  /// @param adding what it is asked for; here with the hosts of all who are to be members, too
  record Preflight(AddLearner adding) implements EtcdAction {
    @Override
    public String kind() {
      return "etcd-preflight";
    }

    @Override
    public String inWords() {
      return "try the disk of "
          + adding.name()
          + ", and the ports between it and every other member, old and new, both ways";
    }

    @Override
    public List<String> others() {
      return adding.others();
    }
  }

  /// Adds the member as a learner, which has no vote, starts it, and waits until it has caught up.
  /// Can't it start, it is taken back. Before it is added its ports are tried from the hosts that
  /// will call on it.
  ///
  /// @param peers hosts of members that vote by then: both of its ports
  /// @param clients other hosts, whose API servers will ask it: the port for clients
  record AddLearner(
      String name, String peerUrl, String clientUrl, List<String> peers, List<String> clients)
      implements EtcdAction {
    public AddLearner {
      peers = List.copyOf(peers);
      clients = List.copyOf(clients);
    }

    @Override
    public String kind() {
      return "learner";
    }

    @Override
    public String inWords() {
      return "add " + name + " (" + peerUrl + ") to etcd as a learner, start it, let it catch up";
    }

    @Override
    public List<String> others() {
      return Stream.concat(peers.stream(), clients.stream()).distinct().sorted().toList();
    }
  }

  /// Makes a learner that has caught up a voter, and waits until all members agree.
  record Promote(String name, String peerUrl) implements EtcdAction {
    @Override
    public String kind() {
      return "promote";
    }

    @Override
    public String inWords() {
      return "promote "
          + name
          + " to a voter; all members must agree on list, leader and cluster ID";
    }
  }

  /// Brings `ETCD_INITIAL_CLUSTER` in a member's /etc/etcd.env up to date on disk; nothing is
  /// restarted, and a running member does not read it.
  ///
  /// @param peers `name=peerUrl`, by name
  record PeerList(List<String> peers) implements EtcdAction {
    public PeerList {
      peers = List.copyOf(peers);
    }

    @Override
    public List<PlannedFile> writes() {
      return List.of(new PlannedFile("/etc/etcd.env", "kubegraft", "ETCD_INITIAL_CLUSTER", 0));
    }

    @Override
    public String kind() {
      return "etcd-env";
    }

    @Override
    public String inWords() {
      return "list " + peers.size() + " members in /etc/etcd.env (on disk only)";
    }
  }
}
